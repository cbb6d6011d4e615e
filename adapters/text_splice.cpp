#include "adapters/text_splice.hpp"

#include <algorithm>

namespace sallyport {

std::string spliced(std::string_view text, std::vector<text_splice> splices) {
  std::stable_sort(splices.begin(), splices.end(), [](const text_splice& a, const text_splice& b) { return a.where.offset < b.where.offset; });
  std::string made;
  std::size_t added = 0;
  for (const text_splice& one : splices) added += one.text.size();
  made.reserve(text.size() + added);
  std::size_t from = 0;
  for (const text_splice& one : splices) {
    made.append(text.substr(from, one.where.offset - from)).append(one.text);
    from = one.where.end();
  }
  return made.append(text.substr(from));
}

}  // namespace sallyport
