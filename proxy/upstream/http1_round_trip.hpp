#pragma once
/// A round trip in HTTP/1.1, on a connection that serves nobody else meanwhile. Bytes are read off it only while the owner wants something.

#include "proxy/upstream/round_trip.hpp"
#include "proxy/upstream/reply_head.hpp"
#include "proxy/words/chunk_decoder.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::upstream {

class http1_round_trip final : public round_trip, private wire_user {
 public:
  /// `head` is the request's, with its empty line. `reused`: the wire was kept from another round trip.
  http1_round_trip(round_trip_owner& owner, std::shared_ptr<provider_wire> wire, std::string head, std::shared_ptr<const std::string> body,
                 bool reused);
  http1_round_trip(const http1_round_trip&) = delete;
  http1_round_trip& operator=(const http1_round_trip&) = delete;
  ~http1_round_trip() override;

  /// Begins to write.
  void start();

  std::optional<signal> take_signal() override;
  void rest() override;
  const incoming_head& head() const override { return head_.head(); }
  std::string_view data() const override { return shown_; }
  const failure* why() const override { return why_ ? &*why_ : nullptr; }
  bool body_sent() const override { return body_sent_; }
  bool linger() override;
  void let_go() override;

 private:
  void write();
  void note_written(std::size_t count);
  void forget_request();
  provider_wire::pieces unwritten() const;
  void on_read(boost::system::error_code error, std::string_view bytes) override;
  void on_written(boost::system::error_code error, std::size_t count) override;

  void read_some();
  void parse();
  void parse_head();
  void parse_body();
  void parse_chunks();
  void end_of_input();
  void finish();
  void refuse(failure why);
  bool drop_arrived();

  round_trip_owner& owner_;
  std::shared_ptr<provider_wire> wire_;
  std::string head_text_;          ///< of the request; empty once it is written, as its body is
  std::shared_ptr<const std::string> body_;
  std::size_t written_ = 0;        ///< of head and body together
  reply_head head_;
  std::string line_;               ///< the beginning of a line of the reply's head, where its end has not come
  chunk_decoder chunks_{UINT64_MAX};
  std::uint64_t left_ = 0;         ///< of a body whose length is known
  std::string_view arrived_;       ///< off the wire, not looked at yet; lies in the connection's buffer
  std::string content_;            ///< what chunks held
  std::string_view shown_;         ///< what data() shows
  std::optional<boost::system::error_code> ended_;   ///< how the connection ended
  maybe_failure why_;
  std::size_t lingered_bytes_ = 0;
  bool reused_ = false;
  bool body_sent_ = false;
  bool head_given_ = false;
  bool whole_ = false;             ///< the reply is, up to its last byte
  bool over_ = false;
  bool lingers_ = false;
};

}  // namespace sallyport::upstream
