#pragma once
/// What the loaders ask, from the words that start them: NAME=VALUE, each at most once but for `header`.
///   port=N           of the proxy, on 127.0.0.1                       connections=N  kept open; default 1
///   kind=plain|stream  how the answer comes; default plain            requests=N     in all; default 1
///   pace_us=N        asks the upstream for an event every N us; default 0: as fast as it can be written
///   held=1           asks for streams that end when the upstream is told to finish
///   rate=N           requests a second; default 0: a connection asks again once it was answered
///   client=openai_chat|anthropic_messages   in which dialect; default the first
///   tls=1            over TLS                                         header=LINE    a further header

#include <cstdint>
#include <string>
#include <string_view>

struct load_words {
  std::uint16_t port = 0;
  long connections = 1, requests = 1, rate = 0, pace_us = 0;
  bool is_stream = false, is_held = false, is_chat = true, is_tls = false;
  std::string headers;   ///< lines, each with its end
};

/// Ends the program with a sentence.
[[noreturn]] void fail(const char* why, std::string_view got = {});

load_words read_words(int count, char** arguments);

/// The whole request, with a body of 2 KB.
std::string request_of(const load_words& load);

/// What every event that carries text holds, and holds once.
std::string_view event_sign(const load_words& load);

long signs_in(std::string_view bytes, std::string_view sign);
