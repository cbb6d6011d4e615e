#include "proxy/rehearsal/demo_report.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sallyport::rehearsal;

namespace {

judged_answer made(answer_outcome outcome, std::string served_by, int attempts, std::string sentence = {}) {
  judged_answer one;
  one.outcome = outcome;
  one.served_by = std::move(served_by);
  one.attempts = attempts;
  one.sentence = std::move(sentence);
  one.first_token = std::chrono::milliseconds(attempts * 100);
  return one;
}

}  // namespace

TEST_CASE("the report counts whole, rescued, broken and lost answers, and says why the lost ones were") {
  const std::vector<judged_answer> answers{made(answer_outcome::whole, "managed/flagship", 1),
                                           made(answer_outcome::whole, "hosted/open-70b", 2),
                                           made(answer_outcome::ended_by_error, "managed/flagship", 1, "it broke"),
                                           made(answer_outcome::refused, "", 3, "all are down"),
                                           made(answer_outcome::refused, "", 3, "all are down")};

  const demo_totals totals = totals_of(answers);
  CHECK(totals.requests == 5);
  CHECK(totals.whole == 2);
  CHECK(totals.rescued == 1);
  CHECK(totals.ended_by_error == 1);
  CHECK(totals.lost == 2);

  CHECK(demo_report(answers, {{"managed/flagship", 2, true}, {"hosted/open-70b", 1, false}}, 1) ==
        "  upstream                  received     whole   rescued    broken\n"
        "  managed/flagship                 2         1         0         1   killed after 1 answer\n"
        "  hosted/open-70b                  1         1         1         0\n"
        "\n"
        "  5 requests: 2 whole (1 of them rescued by another attempt), 1 broken off after their first token and told so, 2 lost.\n"
        "    2 x refused: all are down\n"
        "  Slowest first token: 300 ms.\n");
}
