#include "config/condition_lexer.hpp"

#include "config/report.hpp"
#include "config/source_text.hpp"

#include <algorithm>
#include <array>

namespace sallyport::config {
namespace {

using kind = condition_token::kind;

// The longer ones first: the first that fits is taken.
constexpr std::array<std::string_view, 14> symbols{"&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "(", ")", "[", "]", ","};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word_char(char c) { return is_letter(c) || is_digit(c); }
bool is_number_char(char c) { return is_word_char(c) || c == '.'; }
/// Behind the point of tags.NAME a hyphen belongs to the name: the language has no minus.
bool is_tag_char(char c) { return is_number_char(c) || c == '-'; }
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

class lexer {
 public:
  explicit lexer(std::string_view text) : text_(text) {}

  condition_tokens run() {
    while (!made_.wrong) {
      while (at_ < text_.size() && is_space(text_[at_])) ++at_;
      if (at_ == text_.size()) break;
      take_one();
    }
    made_.found.push_back({kind::end, {}, at_});
    return std::move(made_);
  }

 private:
  void take_one() {
    const char first = text_[at_];
    if (first == '"' || first == '\'') return take_text(first);
    if (is_digit(first)) return take(kind::number, length_of(is_number_char));
    if (is_letter(first)) return take(kind::name, length_of_name());
    const auto rest = text_.substr(at_);
    const auto found = std::find_if(symbols.begin(), symbols.end(), [&](std::string_view one) { return rest.starts_with(one); });
    if (found != symbols.end()) return take(kind::symbol, found->size());
    refuse();
  }

  std::size_t length_of(bool (*belongs)(char), std::size_t from = 0) const {
    const auto rest = text_.substr(at_ + from);
    return from + static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), belongs) - rest.begin());
  }

  std::size_t length_of_name() const {
    const auto word = length_of(is_word_char);
    return text_.substr(at_ + word).starts_with('.') ? length_of(is_tag_char, word) : word;
  }

  void take(kind is, std::size_t length) {
    made_.found.push_back({is, text_.substr(at_, length), at_});
    at_ += length;
  }

  void take_text(char quote) {
    const auto rest = text_.substr(at_ + 1);
    const auto end = rest.find(quote);
    const auto inside = rest.substr(0, end);
    if (end == std::string_view::npos) return say(at_, "the text that begins here has no closing quote");
    const auto control = std::find_if(inside.begin(), inside.end(), is_control);
    if (control != inside.end())
      return say(at_ + 1 + static_cast<std::size_t>(control - inside.begin()), "a text holds no line break and no control character");
    made_.found.push_back({kind::text, inside, at_});
    at_ += end + 2;
  }

  void refuse() {
    const char first = text_[at_];
    if (first == '=') return say(at_, "\"=\" stands alone; write == to compare");
    if (first == '&' || first == '|') return say(at_, in_quotes(text_.substr(at_, 1)) + " stands alone; write " + std::string(2, first));
    const auto length = std::max<std::size_t>(1, utf8_length(text_.substr(at_)));
    say(at_, in_quotes(text_.substr(at_, length)) + " is not part of the language; texts stand in quotes");
  }

  void say(std::size_t at, std::string sentence) { made_.wrong = condition_problem{at, std::move(sentence)}; }

  std::string_view text_;
  std::size_t at_ = 0;
  condition_tokens made_;
};

}  // namespace

condition_tokens tokens_of(std::string_view text) { return lexer(text).run(); }

}  // namespace sallyport::config
