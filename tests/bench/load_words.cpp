#include "load_words.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace {

constexpr std::size_t body_bytes = 2048;

void take(load_words& into, std::string_view name, std::string_view value) {
  const long number = std::atol(std::string(value).c_str());
  if (name == "port") {
    into.port = std::uint16_t(number);
  } else if (name == "connections") {
    into.connections = number;
  } else if (name == "requests") {
    into.requests = number;
  } else if (name == "rate") {
    into.rate = number;
  } else if (name == "pace_us") {
    into.pace_us = number;
  } else if (name == "kind") {
    into.is_stream = value == "stream";
  } else if (name == "held") {
    into.is_held = number == 1;
  } else if (name == "tls") {
    into.is_tls = number == 1;
  } else if (name == "client") {
    into.is_chat = value == "openai_chat";
  } else if (name == "header") {
    into.headers.append(value).append("\r\n");
  } else {
    fail("unknown word:", name);
  }
}

}  // namespace

void fail(const char* why, std::string_view got) {
  std::fprintf(stderr, "%s %.*s\n", why, int(got.substr(0, 300).size()), got.data());
  std::exit(1);
}

load_words read_words(int count, char** arguments) {
  load_words read;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = arguments[i];
    const auto sign = std::min(word.find('='), word.size() - 1);
    take(read, word.substr(0, sign), word.substr(sign + 1));
  }
  if (read.port == 0 || read.connections < 1 || read.requests < 1 || read.rate < 0) fail("port, connections and requests are at least 1");
  return read;
}

std::string request_of(const load_words& load) {
  std::string body = load.is_chat ? R"({"model":"chat",)" : R"({"model":"chat","max_tokens":500,)";
  if (load.is_stream) body += load.is_chat ? R"("stream":true,"stream_options":{"include_usage":true},)" : R"("stream":true,)";
  body += R"("messages":[{"role":"user","content":")";
  // In the text, where every gateway leaves them, translated or not.
  if (load.pace_us > 0) body += "pace_us=" + std::to_string(load.pace_us) + " ";
  if (load.is_held) body += "held ";
  body.append(body_bytes - body.size() - 4, 'x');
  body += "\"}]}";
  return std::string("POST ") + (load.is_chat ? "/v1/chat/completions" : "/v1/messages") +
         " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(load.port) + "\r\n" + load.headers +
         "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string_view event_sign(const load_words& load) { return load.is_chat ? R"("content":"x)" : R"("text_delta")"; }

long signs_in(std::string_view bytes, std::string_view sign) {
  long found = 0;
  for (auto at = bytes.find(sign); at != std::string_view::npos; at = bytes.find(sign, at + sign.size())) ++found;
  return found;
}
