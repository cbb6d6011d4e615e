#include "config/condition_parser.hpp"

#include "config/condition_checks.hpp"
#include "config/condition_term.hpp"
#include "config/nearest.hpp"
#include "config/report.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace sallyport::config {
namespace {

using kind = condition_term::kind;
using word = condition_token::kind;
using term = std::optional<condition_term>;  ///< nothing: a mistake of form, reading ends

constexpr std::array<std::pair<std::string_view, comparison>, 6> comparisons{{{"==", comparison::equal},
                                                                             {"!=", comparison::unequal},
                                                                             {"<", comparison::less},
                                                                             {"<=", comparison::at_most},
                                                                             {">", comparison::more},
                                                                             {">=", comparison::at_least}}};

const std::vector<std::string> operators{"==", "!=", "<", "<=", ">", ">=", "in", "matches"};

std::string shown(const condition_token& token) { return token.is == word::end ? "the end" : in_quotes(token.text); }

class parser {
 public:
  parser(std::vector<condition_token> tokens, const condition_names& names, std::vector<condition_problem>& problems)
      : tokens_(std::move(tokens)), problems_(problems), checks_(names, problems) {}

  term run() {
    auto made = any();
    if (!made || here().is == word::end) return made;
    if (is_symbol(")")) return fail("this parenthesis was never opened");
    return fail("begins a second condition; join the two with && or ||");
  }

 private:
  const condition_token& here() const { return tokens_[at_]; }
  const condition_token& take() { return tokens_[here().is == word::end ? at_ : at_++]; }
  bool is_symbol(std::string_view text) const { return here().is == word::symbol && here().text == text; }
  bool is_name(std::string_view text) const { return here().is == word::name && here().text == text; }
  bool is_operand() const { return here().is == word::name || here().is == word::text || here().is == word::number; }

  bool skip(std::string_view symbol) {
    const bool found = is_symbol(symbol);
    if (found) ++at_;
    return found;
  }

  std::nullopt_t fail(std::string sentence) {
    problems_.push_back({here().at, std::move(sentence)});
    return std::nullopt;
  }

  std::nullopt_t wanted(std::string_view what) { return fail(std::string(what) + " is wanted here, not " + shown(here())); }

  term any() { return join(kind::any, "||", "or", [this] { return all(); }); }
  term all() { return join(kind::all, "&&", "and", [this] { return part(); }); }

  template <class Next>
  term join(kind as, std::string_view symbol, std::string_view in_words, Next next) {
    std::vector<condition_term> parts;
    do {
      auto one = next();
      if (!one) return one;
      parts.push_back(std::move(*one));
      if (is_name(in_words)) return fail("write " + std::string(symbol) + " instead of " + in_quotes(in_words));
    } while (skip(symbol));
    return joined(as, std::move(parts));
  }

  term part() {
    if (is_name("not")) return fail("write ! instead of \"not\"");
    if (!is_symbol("!") && !is_symbol("(")) return single();
    if (++depth_ > condition_limits::depth_max)
      return fail("is nested more than " + std::to_string(condition_limits::depth_max) + " levels deep");
    auto made = skip("!") ? behind_negation() : in_parentheses();
    --depth_;
    return made;
  }

  term behind_negation() {
    const auto began = at_;
    auto made = part();
    if (!made) return made;
    // !model == "chat" reads as if the name alone were negated.
    const bool is_bare = tokens_[began].is != word::symbol && made->is != kind::flag && made->is != kind::given;
    if (!is_bare) return negated(std::move(*made));
    at_ = began;
    return fail("put what ! turns around in parentheses");
  }

  term in_parentheses() {
    skip("(");
    auto made = any();
    if (made && !skip(")")) return wanted("&&, || or a closing parenthesis");
    return made;
  }

  term single() {
    if (is_name("has") && tokens_[at_ + 1].text == "(" && tokens_[at_ + 1].is == word::symbol) return has();
    if (!is_operand()) return wanted("a name, \"!\" or \"(\"");
    const auto& left = take();
    if (is_name("in")) return among(left);
    if (is_name("matches")) return like(left);
    const auto found = std::find_if(comparisons.begin(), comparisons.end(), [&](const auto& one) { return is_symbol(one.first); });
    if (found != comparisons.end()) return compared(left, found->second);
    if (is_operand() && !is_name("and") && !is_name("or"))
      return fail(shown(here()) + " is not an operator" + suggestion(here().text, operators));
    if (left.is == word::name) return checks_.flag(left);
    --at_;
    return fail("a fixed value is not a condition; compare it with a name");
  }

  term has() {
    at_ += 2;
    if (here().is != word::name) return wanted("a name");
    const auto& name = take();
    if (!skip(")")) return wanted("a closing parenthesis");
    return checks_.given(name);
  }

  term compared(const condition_token& left, comparison by) {
    take();
    if (!is_operand()) return wanted("a value or a name");
    const auto& right = take();
    const bool chains = here().is == word::symbol && std::any_of(comparisons.begin(), comparisons.end(),
                                                                 [&](const auto& one) { return is_symbol(one.first); });
    if (chains) return fail("comparisons do not chain; write two and join them with &&");
    return checks_.compared(left, by, right);
  }

  bool is_name_before(const condition_token& left, std::string_view what) {
    if (left.is == word::name) return true;
    fail("a name must stand before " + in_quotes(what));
    return false;
  }

  term among(const condition_token& left) {
    if (!is_name_before(left, "in")) return std::nullopt;
    take();
    if (!skip("[")) return wanted("a list, as in [\"a\", \"b\"],");
    if (is_symbol("]")) return fail("the list is empty");
    std::vector<condition_token> list;
    do {
      if (!is_operand()) return wanted("a value");
      list.push_back(take());
    } while (skip(","));
    if (!skip("]")) return wanted("a comma or \"]\"");
    return checks_.among(left, list);
  }

  term like(const condition_token& left) {
    if (!is_name_before(left, "matches")) return std::nullopt;
    take();
    if (here().is != word::text) return wanted("a pattern in quotes, as in \"gpt-*\",");
    return checks_.like(left, take());
  }

  std::vector<condition_token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::vector<condition_problem>& problems_;
  condition_checks checks_;
};

}  // namespace

compiled_condition compile(std::string_view text, const condition_names& names) {
  compiled_condition made;
  if (text.size() > condition_limits::bytes_max) {
    made.problems.push_back({0, "is longer than " + std::to_string(condition_limits::bytes_max) + " bytes"});
    return made;
  }
  auto tokens = tokens_of(text);
  if (tokens.wrong) {
    made.problems.push_back(std::move(*tokens.wrong));
    return made;
  }
  auto whole = parser(std::move(tokens.found), names, made.problems).run();
  std::sort(made.problems.begin(), made.problems.end(),
            [](const auto& a, const auto& b) { return std::tie(a.at, a.sentence) < std::tie(b.at, b.sentence); });
  if (whole && made.problems.empty()) made.value = condition(std::move(*whole));
  return made;
}

}  // namespace sallyport::config
