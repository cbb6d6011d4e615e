#include "proxy/policy/privacy/number_groups.hpp"

namespace sallyport::policy::privacy {

void number_groups::read(std::string_view text, std::size_t at, char before) {
  count_ = 0;
  cut_ = false;
  while (true) {
    end_ = at;
    if (count_ == capacity) {
      cut_ = true;
      return;
    }
    const auto end = run_end(text, at, is_digit);
    if (is_letter(byte_at(text, end))) {
      if (count_ > 0) groups_[count_ - 1].after = 0;
      return;
    }
    const char separator = byte_at(text, end);
    const bool goes_on = is_separator(separator) && is_digit(byte_at(text, end + 1));
    groups_[count_++] = {at, end - at, before, goes_on ? separator : '\0'};
    if (!goes_on) {
      end_ = end;
      return;
    }
    before = separator;
    at = end + 1;
  }
}

}  // namespace sallyport::policy::privacy
