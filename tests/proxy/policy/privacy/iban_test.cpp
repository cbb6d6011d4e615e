#include "proxy/policy/privacy/iban.hpp"

#include "tests/support/detections.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sallyport;
using policy::privacy::iban_end;
using tests::is_found;

TEST_CASE("the registry's own examples are found, in groups or not, in capitals or not") {
  for (const std::string account :
       {"GB29NWBK60161331926819", "DE89370400440532013000", "FR1420041010050500013M02606", "NL91ABNA0417164300", "NO9386011117947",
        "MT84MALT011000012345MTLCAST001S", "BE68539007547034", "ES9121000418450200051332", "BR9700360305000010009795493P1",
        "GB29 NWBK 6016 1331 9268 19", "fr14 2004 1010 0505 0001 3m02 606", "DE89-3704-0044-0532-0130-00"}) {
    CAPTURE(account);
    CHECK(is_found("iban", account));
    CHECK(is_found("iban", "IBAN:" + account + "."));
  }
}

TEST_CASE("a wrong check digit, length, form or country is no account") {
  for (const std::string text :
       {"GB29NWBK60161331926810", "GB29NWBK6016133192681", "GB29NWBK601613319268190", "GB29 1WBK 6016 1331 9268 19",
        "XX29NWBK60161331926819", "DE89370400440532013001", "DE88370400440532013000", "AL47/2121/1009/0000/0002/3569/8741",
        "xDE89370400440532013000", "DE89 3704 0044  0532 0130 00", "DE89"}) {
    CAPTURE(text);
    CHECK_FALSE(is_found("iban", text));
  }
}

TEST_CASE("an account ends with its country's length, and what follows is no part of it") {
  const std::string_view text = "DE89 3704 0044 0532 0130 00 and more";
  CHECK(iban_end(text, 0) == 27);
  CHECK(iban_end("DE89370400440532013000", 0) == 22);
  CHECK(iban_end("DE893704004405320130001", 0) == 0);
}
