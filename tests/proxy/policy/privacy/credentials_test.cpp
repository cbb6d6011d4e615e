#include "tests/support/detections.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sallyport;
using tests::found_in;
using tests::is_found;

namespace {

// Made up, so that no scanner of this repository takes them for real: in two parts.
std::string made_key(const char* prefix, std::size_t length, std::string_view alphabet = "aB3dE5gH7jK9mN1pQ2sT4vW6yZ8") {
  std::string key(prefix);
  for (std::size_t i = 0; i < length; ++i) key += alphabet[i % alphabet.size()];
  return key;
}

constexpr std::string_view hex = "0123456789abcdef";
constexpr std::string_view capitals = "ABCDEFGH23456789";

}  // namespace

TEST_CASE("the keys of model vendors are found") {
  for (const auto& key : {made_key("sk-", 48), made_key("sk-proj-", 60), made_key("sk-ant-api03-", 93), made_key("sk-or-v1-", 64, hex),
                          made_key("sk-", 32, hex), made_key("AIza", 35), made_key("hf_", 34, "abcdefgh"), made_key("gsk_", 52),
                          made_key("xai-", 80), made_key("pplx-", 48), made_key("nvapi-", 64), made_key("r8_", 37), made_key("fw_", 24),
                          made_key("csk-", 48), made_key("tgp_v1_", 43), made_key("sp-", 43)}) {
    CAPTURE(key);
    CHECK(found_in(key) == "api_key");
    CHECK(is_found("api_key", "curl -H 'Authorization: Bearer " + key + "' https://example.com"));
    CHECK(is_found("api_key", "KEY=\"" + key + "\""));
  }
}

TEST_CASE("the keys of clouds and code hosts are found") {
  for (const auto& key :
       {made_key("AKIA", 16, capitals), made_key("ASIA", 16, capitals), made_key("ghp_", 36), made_key("gho_", 36),
        made_key("github_pat_", 82), made_key("glpat-", 20), made_key("xoxb-123456789012-", 24), made_key("xapp-1-", 60),
        made_key("sk_live_", 24), made_key("rk_live_", 24), made_key("npm_", 36), made_key("dop_v1_", 64, hex),
        made_key("SG.", 22) + made_key(".", 43), made_key("ya29.", 60), made_key("hvs.", 24), made_key("shpat_", 32, hex)}) {
    CAPTURE(key);
    CHECK(found_in(key) == "api_key");
  }
}

TEST_CASE("what begins like a key and is too short, too long, or a word of a program is none") {
  for (const auto& text :
       {made_key("sk-", 10), made_key("sp-", 42), made_key("sp-", 44), made_key("AKIA", 15, capitals), made_key("AKIA", 17, capitals),
        made_key("AIza", 34), made_key("ghp_", 20), made_key("xsk-", 48), std::string("sk-circle-fade-dot-container"),
        std::string("sk-estimator-doc-link"), made_key("task-", 40), std::string("sk-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")}) {
    CAPTURE(text);
    CHECK_FALSE(is_found("api_key", text));
  }
}

TEST_CASE("a key is found behind a dash or an underscore, and in a long run of key characters") {
  CHECK(is_found("api_key", made_key("my_", 20) + "-" + made_key("ghp_", 36)));
  CHECK(is_found("api_key", std::string(5'000, '-') + made_key("gsk_", 52)));
}

TEST_CASE("JSON Web Tokens are found, signed or not") {
  const std::string header = "eyJhbGciOiJIUzI1NiJ9", claims = "eyJzdWIiOiIxMjM0NTY3ODkwIn0";
  CHECK(found_in(header + "." + claims + ".c2lnbmF0dXJl") == "jwt");
  CHECK(found_in("token=" + header + "." + claims + ".") == "jwt");
  CHECK(found_in("eyJhbGciOiJub25lIn0." + claims + ".") == "jwt");
  CHECK(found_in(header + "." + claims).empty());
  CHECK(found_in(header + ".c2lnbmF0dXJl.c2lnbmF0dXJl").empty());
  CHECK(found_in("x" + header + "." + claims + ".c2lnbmF0dXJl").empty());
}

TEST_CASE("the first line of each kind of private key is enough") {
  for (const char* label : {"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY", "OPENSSH PRIVATE KEY",
                            "ENCRYPTED PRIVATE KEY", "PGP PRIVATE KEY BLOCK"}) {
    CAPTURE(label);
    CHECK(found_in("-----BEGIN " + std::string(label) + "-----\nMIIB") == "private_key");
  }
  CHECK(found_in("PuTTY-User-Key-File-3: ssh-ed25519") == "private_key");
  CHECK(found_in("---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----") == "private_key");
  CHECK(found_in("AGE-SECRET-KEY-1" + std::string(58, 'Q')) == "private_key");
  CHECK(found_in("tls.key: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQpNSUlC") == "private_key");
  CHECK(found_in("–––––BEGIN PRIVATE KEY–––––") == "private_key");  // dashes as text processors write them
}

TEST_CASE("public keys and certificates are no private key") {
  for (const std::string text : {"-----BEGIN PUBLIC KEY-----", "-----BEGIN CERTIFICATE-----", "-----BEGIN PRIVATE KEY", "BEGIN PRIVATE KEY",
                                 "-----END PRIVATE KEY-----", "LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0KTUlJQg"}) {
    CAPTURE(text);
    CHECK_FALSE(is_found("private_key", text));
  }
}
