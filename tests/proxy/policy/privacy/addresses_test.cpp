// E-mail, IP and telephone.

#include "tests/support/detections.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sallyport;
using tests::is_found;

namespace {

void check_found(const char* name, std::initializer_list<const char*> texts) {
  for (const std::string text : texts) {
    CAPTURE(text);
    CHECK(is_found(name, text));
  }
}

void check_missing(const char* name, std::initializer_list<const char*> texts) {
  for (const std::string text : texts) {
    CAPTURE(text);
    CHECK_FALSE(is_found(name, text));
  }
}

}  // namespace

TEST_CASE("e-mail addresses are found in prose, in programs and in other scripts") {
  check_found("email", {"ada@example.com", "<ada.l+tag@mail.example.co.uk>", "mailto:ada@example.com?subject=x", "user@xn--80ak6aa92e.com",
                        "a@xn--d1acufc.xn--p1ai", "Write to ada@example.com.Then wait", "o'neil@example.ie", "jürgen@müller.de",
                        "用户@例子.com", "ada＠example．com", "a_b-c@x1.y2.org", "postgres://root:x@db.example.com/"});
}

TEST_CASE("what has an at-sign and is no address is not found") {
  check_missing("email", {"info@presidio.", "@ada", "ada@", "react@18.2.0", "pkg@latest", "a @ b.com", "icon@2x.png",
                          "git@github.com:a/b.git", "@example.com", "x@.com", "x@y.z", "ada@-", "...@example.com"});
}

TEST_CASE("IPv4 addresses have four parts up to 255 and are no part of a longer row") {
  check_found("ip",
              {"192.168.0.1", "(10.0.0.1)", "10.0.0.0/8", "http://203.0.113.9:8080/", "at 192.168.1.1.", "user@10.1.2.3", "host=0.0.0.0"});
  check_missing("ip", {"192.168.0", "192.168.1.256", "1.2.3.4.5", "text192.168.1.1", "192.168.1.1text", "1.2.3", "1234.1.1.1"});
}

TEST_CASE("IPv6 addresses are found in each of their forms") {
  check_found("ip", {"2001:db8::1", "[2001:db8::1]:443", "fe80::1%eth0", "684D:1111:222:3333:4444:5555:6:77", "::ffff:192.0.2.1",
                     "64:ff9b::198.51.100.1", "::1", "addr:2001:db8::1:", "2001:db8::/32", "::/0", "ipv6 ::", "2001:db8::1."});
}

TEST_CASE("times, ratios, slices and names of programs are no IPv6 address") {
  check_missing("ip", {"12:34:56", "1:2:3:4", "aa:bb:cc:dd:ee:ff", "std::cout", "A::B", "x[::2]", "a[1::2]", "2001::db8::1", "12345:db8::1",
                       "fe80::1text", "text2001:db8::1", "gggg::1234", ":::", "f :: Int -> Int", "684D:1111:222:3333:4444:5555:77"});
}

TEST_CASE("telephone numbers of other countries are found behind a plus sign") {
  check_found("phone", {"+49 30 1234567", "+44 (20) 7123 4567", "+1-415-555-0132", "+33.1.42.68.53.00", "+919876543210",
                        "+55 11 98456 5666", "+358 40 1234567"});
  check_missing("phone", {"+1234567", "+10 days", "2 + 21012345678", "+280 1234 5678", "+89 1234 5678", "+12345678901234567"});
}

TEST_CASE("North America's and national telephone numbers are found by their groups") {
  check_found("phone", {"(415) 555-0132", "415-555-0132", "415.555.0132", "415 555 0132", "1-415-555-0132", "090-1234-5678",
                        "020 7123 4567", "06 12 34 56 78", "138-1234-5678"});
  check_missing("phone", {"115-555-0132", "415-155-0132", "415-511-0132", "415-555-01321", "2024-01-15", "01-02-2024", "4155550132",
                          "(415) 155-0132", "054-28-6917", "03262 2437"});
}

TEST_CASE("any number that may be dialled is found beside a word that says so") {
  check_found("phone", {"tel: 4155550132", "mobile 79 123 45 67", "Telefon: 030/1234567", "phone_number=5550132", "电话:13812345678"});
  check_missing("phone", {"hotel: 4155550132", "tel: 12345", "tel: 1234567890123456"});
}
