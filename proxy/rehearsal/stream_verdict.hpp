#pragma once
/// Whether a streamed answer is whole, judged from the client's side with nothing of the gateway's own reading: fed with a body's bytes
/// as they come. Lines may end with LF, CR LF or CR. Pure.

#include <cstddef>
#include <string>
#include <string_view>

namespace sallyport::rehearsal {

class stream_verdict {
 public:
  void feed(std::string_view bytes);

  bool has_text() const { return !text_.empty(); }
  bool is_whole() const { return has_finish_ && has_done_ && error_.empty(); }
  /// The message of an in-band error event; empty when there was none.
  const std::string& error() const { return error_; }
  const std::string& text() const { return text_; }

 private:
  void read_line(std::string_view line);
  void read_event(std::string_view data);
  void read_chunk(std::string_view json);

  std::string line_;     ///< the unfinished one
  std::string data_;     ///< of the unfinished event
  bool has_data_ = false;
  bool skips_lf_ = false;
  std::string text_;
  std::string error_;
  bool has_finish_ = false;
  bool has_done_ = false;
};

}  // namespace sallyport::rehearsal
