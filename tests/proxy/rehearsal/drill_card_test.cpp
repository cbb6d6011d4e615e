#include "proxy/rehearsal/drill_card.hpp"

#include <doctest/doctest.h>

using namespace sallyport::rehearsal;

namespace {

drill_row made(std::string fault, client_saw saw, drill_verdict verdict, std::string why = {}, std::string sentence = {}) {
  drill_row one;
  one.model = "chat";
  one.fault = std::move(fault);
  one.saw = saw;
  one.sends = {{"a/x", 1}, {"b/y", 2}};
  one.verdict = verdict;
  one.why = std::move(why);
  one.sentence = std::move(sentence);
  return one;
}

const std::vector<drill_row> rows{made("503", client_saw::whole, drill_verdict::rescued),
                                  made("cut", client_saw::clear_error, drill_verdict::clear_error, "", "it broke"),
                                  made("429", client_saw::clear_error, drill_verdict::no_rescue, "only one deployment"),
                                  made("crlf", client_saw::whole, drill_verdict::unharmed),
                                  made("stall", client_saw::truncated, drill_verdict::lied, "", "an event is \"odd\"")};

}  // namespace

TEST_CASE("the scorecard has a line a case, the sentence of each failure, and the totals last") {
  const std::string text = drill_table(rows);
  CHECK(text.find("chat   503    whole              a/x 1, b/y 2  rescued\n") != std::string::npos);
  CHECK(text.find("crlf   whole              a/x 1, b/y 2  unharmed\n") != std::string::npos);
  CHECK(text.find("no rescue: only one deployment\n") != std::string::npos);
  CHECK(text.find("FAILED: lied\n    an event is \"odd\"\n") != std::string::npos);
  CHECK(text.find("it broke") == std::string::npos);
  CHECK(text.ends_with("\n1 of 5 rescued, 1 unharmed, 2 clear errors, 1 failed\n"));
}

TEST_CASE("the scorecard as JSON says the same") {
  const std::string text = drill_json({rows[4]}, {"a note"});
  CHECK(text == R"({"notes":["a note"],"cases":[{"model":"chat","fault":"stall","client_saw":"truncated_success","sends":[)"
                R"({"deployment":"a/x","sends":1},{"deployment":"b/y","sends":2}],"verdict":"lied","took_ms":0,)"
                R"("error":"an event is \"odd\""}],"total":1,"rescued":0,"unharmed":0,"clear_errors":0,"failed":1})" "\n");
}
