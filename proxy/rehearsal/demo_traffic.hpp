#pragma once
/// A small client that sends requests to a gateway, streamed ones or not, many at once, and judges every answer.

#include "adapters/words/secret.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::rehearsal {

struct traffic_options {
  std::string address = "127.0.0.1";          ///< an address literal
  std::uint16_t port = 7070;
  secret key;
  std::vector<std::string> models{"chat"};    ///< asked for in turn
  bool stream = true;
  int requests = 200;
  int at_once = 8;
  std::chrono::milliseconds patience{30'000}; ///< for one answer, from connecting to its end
};

enum class answer_outcome : std::uint8_t {
  whole,          ///< all of it: text with our own words in it, a finish reason and, of a stream, [DONE]
  ended_by_error, ///< broken off after some text, and the client was told by an error event
  refused,        ///< a status other than 200, or an error event before any text
  cut_silently,   ///< ended without [DONE] and without an error, or a 200 whose body is no whole reply: what must never happen
  no_answer,      ///< no connection, a reset, or our patience ended
};

std::string_view name_of(answer_outcome what);

struct judged_answer {
  int number = 0;                              ///< of the request, from 1
  std::string model;
  answer_outcome outcome = answer_outcome::no_answer;
  int status = 0;
  std::string served_by;                       ///< x-sallyport-served-by
  std::string served_class;                    ///< x-sallyport-class
  int attempts = 0;                            ///< x-sallyport-attempts
  std::chrono::milliseconds first_token{0};    ///< from the send
  std::chrono::milliseconds took{0};
  std::string sentence;                        ///< the error's message
};

/// Sends them all and returns when each has ended, in order of number. Blocks; `after_each` is called on the calling thread with the
/// number of answers so far, while the others are still coming (so that something can be broken in the middle); it may be null.
std::vector<judged_answer> send_traffic(const traffic_options& options, const std::function<void(int ended)>& after_each);

}  // namespace sallyport::rehearsal
