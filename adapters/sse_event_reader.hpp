#pragma once
/// What the readers of all dialects' streams have in common: server-sent events, however their bytes are cut, each with one JSON text.

#include "adapters/dialect.hpp"
#include "adapters/json.hpp"
#include "adapters/sse_blocks.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sallyport {

/// Hands out one block's events after the other; a dialect says what a block means. Memory: one block of the stream, and the texts in it.
class sse_event_reader : public stream_reader {
 public:
  void feed(std::string_view bytes) final;
  void end() final { blocks_.end(); }
  const event* next() final;
  const stream_identity& identity() const final { return identity_; }

 protected:
  static constexpr std::size_t identity_text_max = 512;

  /// A block that has data.
  virtual void read_data(const sse_block& block) = 0;
  /// What the text of an `error` field says.
  virtual failure failure_in(std::string_view text) const = 0;

  event& add(event_kind kind);
  void fail_with(failure_kind kind, std::string detail);
  /// Tells `read` the JSON of the block's data, and makes room for kept(). Data that is none has failed, unless the wire cut it off or `matters`
  /// says that nobody reads it.
  template <class Read>
  void with_json(const sse_block& block, bool matters, Read&& read) {
    json_document& document = document_of_thread();
    if (takes(document, block, matters)) read(document.root());
    document.forget_large();
  }
  /// A copy that lives as long as the block's events. The document goes with the next parse, on this thread any stream's. All texts of a block
  /// are parts of its data, which escapes only lengthen: the room made is enough, and no view moves.
  std::string_view kept(std::string_view text);

  stream_identity identity_;
  std::vector<event> events_;   // of the present block

 private:
  void read(const sse_block& block);
  static json_document& document_of_thread();
  bool takes(json_document& document, const sse_block& block, bool matters);

  sse_blocks blocks_;
  std::size_t given_ = 0;
  std::string texts_;
  std::string first_bytes_;
  bool is_compressed_ = false;
};

}  // namespace sallyport
