#pragma once
/// A client that sees the wire as it is: blocking sockets, no HTTP library. Every wait ends after ten seconds.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::tests {

struct raw_reply {
  std::string raw;
  int status = 0;
  std::string head;
  std::string body;          ///< unchunked
  bool is_whole = false;     ///< as its framing has it; a body that ends with the connection never is
  bool was_reset = false;
  bool was_closed = false;
  bool timed_out = false;

  bool has_line(std::string_view line) const { return head.find("\r\n" + std::string(line) + "\r\n") != std::string::npos; }
  /// The data of each event whose lines end with LF, CR LF or CR; several data lines are joined with LF.
  std::vector<std::string> events() const;
  std::size_t count(std::string_view text) const;
};

class raw_client {
 public:
  explicit raw_client(std::uint16_t port);
  ~raw_client() { leave(); }
  raw_client(const raw_client&) = delete;
  raw_client& operator=(const raw_client&) = delete;

  bool is_connected() const { return descriptor_ >= 0; }
  void send(std::string_view bytes);
  /// Reads one reply; interim replies (1xx) stay in `raw` alone.
  raw_reply read();
  /// Reads until `text` stands in what came, or nothing more comes.
  bool read_until(std::string_view text);
  void leave();

 private:
  bool receive(raw_reply& into);

  int descriptor_ = -1;
  std::string left_;
};

std::string post(std::string_view path, std::string_view body, std::string_view headers = {});
/// A chat request that says `text`.
std::string chat(std::string_view model, bool stream, std::string_view text = "hello there", std::string_view more = {});
/// Connects, sends, reads one reply.
raw_reply ask(std::uint16_t port, std::string_view request);

}  // namespace sallyport::tests
