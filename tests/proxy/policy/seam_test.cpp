#include "proxy/policy/seam.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace sallyport;
using policy::seam;

namespace {

/// Feeds the text in pieces of the given lengths; what is left over comes in one.
std::string fed(seam& through, std::string_view text, const std::vector<std::size_t>& lengths = {}) {
  std::string out;
  for (const auto length : lengths) {
    const auto piece = text.substr(0, std::min(length, text.size()));
    text.remove_prefix(piece.size());
    out += through.take(piece);
  }
  out += through.take(text);
  return out + through.finish();
}

std::string letters(const std::string& from) { return *rc::gen::container<std::string>(rc::gen::elementOf(from)); }
std::vector<std::size_t> cuts() { return *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, 7)); }

constexpr continuation given_ways[] = {continuation::prefill, continuation::prefix, continuation::continue_final_message};

}  // namespace

TEST_CASE("replay: however it is cut, what the client has and what it gets are the whole text, once") {
  CHECK(rc::check([] {
    const auto whole = letters("ab \n");
    const auto delivered = whole.substr(0, *rc::gen::inRange<std::size_t>(0, whole.size() + 1));
    seam through(delivered, continuation::replay);
    const auto rest = fed(through, whole, cuts());
    RC_ASSERT(!through.differs());
    RC_ASSERT(delivered + rest == whole);
  }));
}

TEST_CASE("replay: nothing of another answer comes through, nor of one that ends too early") {
  CHECK(rc::check([] {
    const auto delivered = letters("ab ") + "b";
    const auto other = letters("ab ");
    RC_PRE(!other.starts_with(delivered));
    seam through(delivered, continuation::replay);
    RC_ASSERT(fed(through, other, cuts()).empty());
    RC_ASSERT(through.differs());
  }));
}

TEST_CASE("a given beginning: text that goes on is let through, however it is cut, and blanks stand once") {
  CHECK(rc::check([] {
    const auto blanks = letters(" \n");
    const auto delivered = letters("abc ") + "c" + blanks;
    const auto word = "X" + letters("abc ");
    const auto again = *rc::gen::inRange<std::size_t>(0, blanks.size() + 1);
    for (const auto how : given_ways) {
      seam through(delivered, how);
      // It begins with the blanks of the client's that were kept from it, as far as it says them too.
      const auto rest = fed(through, blanks.substr(0, again) + word, cuts());
      RC_ASSERT(rest == word);
      RC_ASSERT(!through.differs());
    }
  }));
}

TEST_CASE("a given beginning that is repeated is taken off") {
  CHECK(rc::check([] {
    const auto delivered = "a beginning long enough " + letters("abc ") + "c" + letters(" \n");
    const auto word = "X" + letters("abc ");
    for (const auto how : given_ways) {
      seam through(delivered, how);
      RC_ASSERT(fed(through, delivered + word, cuts()) == word);
    }
  }));
}

TEST_CASE("what only begins like a repetition is new, and none of it is lost") {
  CHECK(rc::check([] {
    const auto delivered = "a beginning long enough" + letters("abc ") + "c";
    const auto part = delivered.substr(0, *rc::gen::inRange<std::size_t>(0, delivered.size()));
    const auto fresh = part + *rc::gen::element<std::string>("", "X", "X and more");
    for (const auto how : given_ways) {
      seam through(delivered, how);
      RC_ASSERT(fed(through, fresh, cuts()) == fresh);
      RC_ASSERT(!through.differs());
    }
  }));
}

TEST_CASE("a short beginning that comes again is new, but from one that always repeats it") {
  seam going_on("ha", continuation::continue_final_message);
  CHECK(fed(going_on, "ha ha") == "ha ha");
  seam repeating("ha", continuation::prefix);
  CHECK(fed(repeating, "ha ha") == " ha");
}

TEST_CASE("blanks that are not those of the client begin something new") {
  seam through("word ", continuation::prefill);
  CHECK(fed(through, "\n\nnext") == "\n\nnext");
  seam longer("word  ", continuation::prefill);
  CHECK(fed(longer, " next") == "next");
}

TEST_CASE("an answer that was whole but for its end ends") {
  seam replayed("all of it", continuation::replay);
  CHECK(fed(replayed, "all of it").empty());
  CHECK_FALSE(replayed.differs());
  seam given("all of it", continuation::prefill);
  CHECK(fed(given, "").empty());
  CHECK_FALSE(given.differs());
}
