#pragma once
/// A text as detectors and patterns see it.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace sallyport::policy::privacy {

/// How a normalisation ended.
enum class normalised : unsigned char { whole, too_large, expired };

/// Text in Unicode form NFKC without characters that show nothing (zero-width ones, soft hyphens, direction marks, variation selectors) and
/// without marks on digits; all dashes are '-', the decimal digits of all scripts 0 to 9. Bytes that are not UTF-8 stay as they are. ASCII
/// text is handed on without a copy.
///
/// Linear: marks that follow each other are put into their order within 128 bytes only.
class normal_text {
 public:
  /// Makes the table that all texts share (2 ms, once in a process), so that not the first request waits for it.
  static void prepare();
  /// Keeps a view of `text`. What would become longer than `bytes_max` is cut there. `expired` may be empty; it is asked every 64 KiB.
  normalised take(std::string_view text, std::size_t bytes_max, const std::function<bool()>& expired);
  /// Of the text taken last, valid until the next.
  std::string_view view() const { return view_; }

 private:
  std::string_view view_;
  std::string changed_;
};

}  // namespace sallyport::policy::privacy
