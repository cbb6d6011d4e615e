#include "tests/support/detections.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sallyport;
using tests::found_in;
using tests::is_found;

TEST_CASE("the card numbers that vendors publish for tests are found, whoever issued them") {
  for (const std::string number :
       {"4111111111111111", "4242424242424242", "4222222222222", "4000000000000000006", "5555555555554444", "2223003122003222",
        "378282246310005", "30569309025904", "6011111111111117", "3530111333300000", "6304000000000000", "6759649826438453",
        "6200000000000005", "2200000000000004", "9792030394440796", "122000000000003"}) {
    CAPTURE(number);
    CHECK(is_found("payment_card", number));
    CHECK(is_found("payment_card", "pay with " + number + ", please"));
  }
}

TEST_CASE("a card number is found in groups, whatever joins them") {
  for (const std::string text :
       {"4111 1111 1111 1111", "4111-1111-1111-1111", "4111.1111.1111.1111", "4111_1111_1111_1111", "3782 822463 10005",
        "3782-822463-10005", "3056 930902 5904", "4000 0000 0000 0000 006", "41111111 11111111", "4111 111111 111111", "4111-1111-11111111",
        "card 2 4111 1111 1111 1111 12/27", "4111 1111 1111 1111 123"}) {
    CAPTURE(text);
    CHECK(is_found("payment_card", text));
  }
}

TEST_CASE("a wrong check digit, length or issuer is no card") {
  for (const std::string text : {"4111111111111112", "4111 1111 1111 1112", "411111111111111", "41111111111111111111", "1111111111111117",
                                 "9999999999999995", "0000000000000000", "34343434343434", "100000000000008"}) {
    CAPTURE(text);
    CHECK_FALSE(is_found("payment_card", text));
  }
}

TEST_CASE("digits that belong to something longer are no card") {
  for (const std::string text : {"x4111111111111111", "4111111111111111x", "04111111111111111", "0.4111111111111111", "4111111111111111.5",
                                 "1.4111111111111111.2", "123 456 789 012 347", "5e4111111111111111"}) {
    CAPTURE(text);
    CHECK_FALSE(is_found("payment_card", text));
  }
  CHECK(is_found("payment_card", "id_4111111111111111,"));
  CHECK(is_found("payment_card", "Ends here: 4111111111111111. Next."));
}

TEST_CASE("a card is found in a row of numbers, however many stand before it") {
  std::string before;
  for (int count = 0; count < 200; ++count) {
    CAPTURE(count);
    CHECK(is_found("payment_card", before + "4111 1111 1111 1111 12 34"));
    CHECK(is_found("payment_card", before + "3782-822463-10005"));
    before += count % 3 == 0 ? "12 " : "7 ";
  }
}

TEST_CASE("thirteen digits that are a bar code too are a card only beside a word that says so, and twelve never without one") {
  CHECK_FALSE(is_found("payment_card", "4006381333924"));  // its check digit is right for both
  CHECK(is_found("payment_card", "Visa 4006381333924"));
  CHECK_FALSE(is_found("payment_card", "501864667909"));
  CHECK(is_found("payment_card", "my credit card number is 501864667909"));
}

TEST_CASE("the digits of an account are no card") { CHECK(found_in("DE12 5001 0517 0648 4898 90") == "iban"); }
