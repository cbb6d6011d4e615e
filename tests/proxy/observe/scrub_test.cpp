#include "proxy/observe/scrub.hpp"

#include <doctest/doctest.h>

#include <string>

using sallyport::observe::scrubbed;

// The keys below are made up; none was ever valid.
TEST_CASE("what looks like a vendor's key is replaced, and its kind stays") {
  CHECK(scrubbed("Incorrect API key provided: sk-proj-Abc123_def-456XYZ. See") == "Incorrect API key provided: sk-[key] See");
  CHECK(scrubbed("sk-ant-api03-0123456789abcdef") == "sk-[key]");
  CHECK(scrubbed("key gsk_0123456789abcdefGHIJ refused") == "key gsk_[key] refused");
  CHECK(scrubbed("https://host/v1?key=AIzaSyA0123456789abcdefghijklmnopqrst&x=1") == "https://host/v1?key=AIza[key]&x=1");
  CHECK(scrubbed("AKIA0123456789ABCDEF") == "AKIA[key]");
  CHECK(scrubbed("\"hf_abcdefghijklmnop\"") == "\"hf_[key]\"");
  CHECK(scrubbed("xai-abcdefghijklmnop,pplx-abcdefghijklmnop") == "xai-[key],pplx-[key]");
  CHECK(scrubbed("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl") == "eyJ[key]");
}

TEST_CASE("what stands behind Bearer or Basic is replaced, whatever the case") {
  CHECK(scrubbed("authorization: Bearer abc.DEF-123") == "authorization: Bearer [key]");
  CHECK(scrubbed("AUTHORIZATION: BEARER abcdef123") == "AUTHORIZATION: BEARER [key]");
  CHECK(scrubbed("basic dXNlcjpwYXNzd29yZA== sent") == "basic [key] sent");
}

TEST_CASE("prose and names stay as they are") {
  for (const std::string text : {"", "the task-based model", "sk-", "sk-short", "a basic rule", "bearer of", "risk-adjusted-return-policy",
                                 "groq/llama-3.3-70b-versatile", "req_0192a0b1c2d37e4f8a9b0c1d2e3f4a5b", "Größe 日本語"})
    CHECK(scrubbed(text) == text);
}

TEST_CASE("several keys in one text are all replaced") {
  std::string text, expected;
  for (int i = 0; i < 100; ++i) {
    text += "sk-0123456789 ";
    expected += "sk-[key] ";
  }
  CHECK(scrubbed(text) == expected);
}
