#include "proxy/policy/privacy/context_words.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sallyport;
using namespace sallyport::policy::privacy;

namespace {

bool precedes(std::string_view text, detector which) { return context_words(text).precede(text.size(), which); }

}  // namespace

TEST_CASE("a word counts for its detector alone, and within forty bytes") {
  CHECK(precedes("my BSN is ", detector::nl_bsn));
  CHECK_FALSE(precedes("my BSN is ", detector::ca_sin));
  CHECK(precedes("BSN" + std::string(40, ' '), detector::nl_bsn));
  CHECK_FALSE(precedes("BSN" + std::string(41, ' '), detector::nl_bsn));
}

TEST_CASE("short words stand alone, long ones may go on") {
  CHECK(precedes("SIN ", detector::ca_sin));
  CHECK_FALSE(precedes("since ", detector::ca_sin));
  CHECK_FALSE(precedes("basin ", detector::ca_sin));
  CHECK(precedes("Steuernummer ", detector::de_tax_id));
  CHECK_FALSE(precedes("Besteuerung ", detector::de_tax_id));
}

TEST_CASE("names of programs hold words too") {
  for (const char* text : {"userSin=", "user_sin=", "\"sin\":\"", "sinNumber: ", "SIN_NUMBER: ", "customer.sin "}) {
    CAPTURE(text);
    CHECK(precedes(text, detector::ca_sin));
  }
  CHECK(precedes("socialSecurityNumber: ", detector::us_ssn));
  CHECK(precedes("social_security ", detector::us_ssn));
  CHECK(precedes("social-security ", detector::us_ssn));
}

TEST_CASE("a word is noted wherever in the text the number is asked for") {
  const std::string text = "tfn " + std::string(500, 'x') + " then tfn and nine digits";
  context_words words(text);
  CHECK(words.precede(4, detector::au_tfn));
  CHECK_FALSE(words.precede(300, detector::au_tfn));
  CHECK(words.precede(text.size(), detector::au_tfn));
}

TEST_CASE("a word behind the number does not count") {
  const std::string_view text = "123456782 tfn";
  context_words words(text);
  CHECK_FALSE(words.precede(0, detector::au_tfn));
}
