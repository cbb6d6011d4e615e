#pragma once
/// A round trip in HTTP/2: one stream of a connection that others use too. What arrives waits here, 64 KiB at most, until the owner takes it;
/// only then may as much come again.

#include "proxy/upstream/round_trip.hpp"
#include "proxy/upstream/http2_connection.hpp"
#include "proxy/upstream/reply_head.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::upstream {

class http2_round_trip final : public round_trip, private http2_user {
 public:
  http2_round_trip(round_trip_owner& owner, std::shared_ptr<http2_connection> on, std::shared_ptr<const std::string> body);
  http2_round_trip(const http2_round_trip&) = delete;
  http2_round_trip& operator=(const http2_round_trip&) = delete;
  ~http2_round_trip() override { let_go(); }

  /// Opens the stream.
  void start(const config::provider& to, const request_fields& request);

  std::optional<signal> take_signal() override;
  void rest() override;
  const incoming_head& head() const override { return head_.head(); }
  std::string_view data() const override { return shown_; }
  const failure* why() const override { return why_ ? &*why_ : nullptr; }
  bool body_sent() const override { return read_ > 0 && !unprocessed_; }
  bool linger() override;
  void let_go() override;

 private:
  bool on_field(std::string_view name, std::string_view value) override;
  void on_unfit_field() override;
  bool on_fields_end() override;
  void on_data(std::string_view bytes) override;
  void on_end() override { whole_ = true; }
  void on_lost(failure why, bool unprocessed) override;
  std::size_t read_body(char* into, std::size_t room) override;
  bool is_body_read() const override { return !body_ || read_ == body_->size(); }
  void on_news() override;

  bool garbled(std::string why);
  void drop_waiting();
  bool is_over() const { return whole_ || why_; }

  round_trip_owner& owner_;
  std::shared_ptr<http2_connection> on_;
  std::int32_t stream_ = 0;
  std::shared_ptr<const std::string> body_;
  std::size_t read_ = 0;        ///< of the body, into frames
  reply_head head_;
  std::string waiting_;         ///< arrived, not taken
  std::string shown_;           ///< what data() shows
  maybe_failure why_;
  std::size_t lingered_bytes_ = 0;
  bool unprocessed_ = false;
  bool head_given_ = false;
  bool whole_ = false;          ///< the reply is
  bool lingers_ = false;
};

}  // namespace sallyport::upstream
