#include "adapters/scrub.hpp"

#include <doctest/doctest.h>

using namespace sallyport;

TEST_CASE("what looks like a credential does not reach the log") {
  CHECK(scrubbed("Incorrect API key provided: sk-abc12345.", 300) == "Incorrect API key provided: ***.");
  CHECK(scrubbed("key=gsk_abcdefgh1", 300).find("abcdefgh") == std::string::npos);
  CHECK(scrubbed("Authorization: Bearer short", 300) == "Authorization: Bearer ***");
  CHECK(scrubbed("id 0123456789abcdef0123456789abcdef", 300) == "id ***");
  CHECK(scrubbed("key AIzaSyA-1234567", 300) == "key ***");
}

TEST_CASE("words, codes and numbers stay") {
  const char* text = "400 context_length_exceeded: maximum context length is 128000 tokens, see platform.example.com/docs/errors";
  CHECK(scrubbed(text, 300) == text);
}

TEST_CASE("the text is one line of at most that length, cut between characters") {
  CHECK(scrubbed("a\r\nb\tc\x7f", 300) == "a  b c ");
  CHECK(scrubbed(std::string(1000, ' '), 300).size() == 300);
  CHECK(scrubbed("caf\xc3\xa9", 4) == "caf");
  CHECK(scrubbed(std::string(40, 'z') + " sk-secret-secret1", 50).find("secret") == std::string::npos);
}
