#include "proxy/upstream/wire_send.hpp"

#include "proxy/upstream/address_rule.hpp"
#include "proxy/upstream/curl_failure.hpp"
#include "proxy/upstream/curl_options.hpp"
#include "proxy/upstream/request_head.hpp"
#include "proxy/upstream/socket_address.hpp"

#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <utility>

namespace sallyport::upstream {
namespace {

static_assert(CURL_ERROR_SIZE == 256);

// A buffer that a burst made large is given back while nothing arrives.
constexpr std::size_t idle_bytes_max = 16 * 1024;

std::string written(std::string_view address, int port) {
  const bool is_ipv6 = address.find(':') != std::string_view::npos;
  return (is_ipv6 ? "[" : "") + std::string(address) + (is_ipv6 ? "]:" : ":") + std::to_string(port);
}

}  // namespace

/// What libcurl calls. None of them calls libcurl or resumes a coroutine.
struct wire_callbacks {
  static std::size_t header(char* bytes, std::size_t, std::size_t count, void* to) {
    auto& send = *static_cast<wire_send*>(to);
    if (send.abandoned_) return 0;
    switch (send.head_.take({bytes, count})) {
      case reply_head::verdict::more:
        return count;
      case reply_head::verdict::whole:
        send.wake();
        return count;
      case reply_head::verdict::refused:
        break;
    }
    send.why_ = fail(failure_kind::garbled_reply, send.head_.why_not());
    return 0;
  }

  static std::size_t body(char* bytes, std::size_t, std::size_t count, void* to) {
    auto& send = *static_cast<wire_send*>(to);
    if (send.abandoned_) return 0;
    if (!send.waiting_.empty() && send.waiting_.size() + count > waiting_bytes_max) {
      send.paused_ = true;
      return CURL_WRITEFUNC_PAUSE;
    }
    send.waiting_.append(bytes, count);
    send.wake();
    return count;
  }

  // There is no seek function beside it: libcurl could otherwise send a POST again that the provider has already received.
  static std::size_t read(char* into, std::size_t, std::size_t room, void* from) {
    auto& send = *static_cast<wire_send*>(from);
    if (send.abandoned_) return CURL_READFUNC_ABORT;
    const std::size_t count = std::min(room, send.body_size_ - send.body_read_);
    if (count == 0) return 0;
    std::memcpy(into, send.what_.body->data() + send.body_read_, count);
    send.body_read_ += count;
    if (send.body_read_ == send.body_size_) send.what_.body.reset();
    return count;
  }

  static curl_socket_t open_socket(void* of, curlsocktype, curl_sockaddr* where) {
    auto& send = *static_cast<wire_send*>(of);
    // curl_sockaddr is declared with a plain sockaddr at its end; libcurl lays the longer address over it.
    const auto address = address_of(where->family, reinterpret_cast<const char*>(where) + offsetof(curl_sockaddr, addr));
    if (!address || !may_connect(*address, *send.to_->at)) {
      send.socket_refused_ = true;
      return CURL_SOCKET_BAD;
    }
    const int made = ::socket(where->family, where->socktype | SOCK_CLOEXEC, where->protocol);
    (made < 0 && (errno == EMFILE || errno == ENFILE) ? send.socket_missing_ : send.socket_opened_) = true;
    return made;
  }

  // Called before a request goes out on a new or a kept connection, and again if libcurl wants to send it anew.
  static int before_request(void* of, char* address, char*, int port, int) {
    auto& send = *static_cast<wire_send*>(of);
    const bool again = std::exchange(send.begun_, true);
    if (send.body_read_ > 0 || (again && send.body_size_ == 0)) {
      send.why_ = fail(failure_kind::connection_lost, "a kept connection died under the request");
      return CURL_PREREQFUNC_ABORT;
    }
    const auto bytes = address_named(address);
    if (!bytes || !may_connect(*bytes, *send.to_->at)) {
      send.why_ = fail(failure_kind::address_refused, "kept connection to " + std::string(address));
      return CURL_PREREQFUNC_ABORT;
    }
    send.peer_ = written(address, port);
    return CURL_PREREQFUNC_OK;
  }
};

wire_send::wire_send(boost::asio::io_context& on, const cleared& target, outgoing what)
    : to_(target.shared_deployment()), what_(std::move(what)), body_size_(what_.body ? what_.body->size() : 0), waker_(on.get_executor()) {}

wire_send::~wire_send() {
  if (easy_ != nullptr) curl_easy_cleanup(easy_);
  free_lines(lines_);
}

std::optional<signal> wire_send::take_signal() {
  current_.clear();
  if (std::exchange(cancelled_, false) || abandoned_) return signal::cancelled;
  if (head_.is_whole() && !std::exchange(head_given_, true)) return signal::head;
  if (!waiting_.empty()) {
    current_.swap(waiting_);
    return signal::data;
  }
  if (over_) return why_ ? signal::failed : signal::end;
  return std::nullopt;
}

task<void> wire_send::sleep(instant deadline) {
  if (current_.capacity() > idle_bytes_max) std::string().swap(current_);
  if (waiting_.capacity() > idle_bytes_max) std::string().swap(waiting_);
  waker_.expires_at(deadline);
  sleeping_ = true;
  co_await waker_.async_wait(as_values);
  sleeping_ = false;
}

void wire_send::wake() {
  if (std::exchange(sleeping_, false)) waker_.cancel();
}

void wire_send::cancel() {
  cancelled_ = true;
  wake();
}

void wire_send::abandon() {
  abandoned_ = true;
  wake();
}

bool wire_send::take_unpause() { return easy_ != nullptr && waiting_.empty() && std::exchange(paused_, false); }

void wire_send::refuse(failure why) {
  if (!why_) why_ = std::move(why);
  over_ = true;
  wake();
}

void wire_send::ended(int code) {
  if (!why_ && code == CURLE_OK && !head_.is_whole())
    why_ = fail(failure_kind::connection_lost, "the reply ended before its head was whole");
  if (!why_ && code == CURLE_COULDNT_CONNECT && socket_missing_)
    why_ = fail(failure_kind::overloaded, "no descriptor is left for a connection to a provider");
  if (!why_ && code == CURLE_COULDNT_CONNECT && socket_refused_ && !socket_opened_)
    why_ = fail(failure_kind::address_refused, "no address of " + to_->at->base.host + " lies inside the provider's networks");
  if (!why_ && code != CURLE_OK) why_ = failure_of_curl(code, curl_says_.data());
  what_.body.reset();
  over_ = true;
  wake();
}

bool wire_send::prepare(void* easy) {
  easy_ = easy;
  if (set_conduct(easy_) && set_provider(easy_, *to_->at, what_.connect_timeout) && set_request()) return true;
  refuse(fail(failure_kind::internal, "libcurl refuses an option; it must be 7.87 or newer, with TLS"));
  return false;
}

bool wire_send::set_request() {
  const auto url = request_url(*to_->at, what_.path);
  const auto headers = request_headers(*to_->at, what_.headers, what_.credential);
  if (url.has_error() || headers.has_error()) {
    refuse(url.has_error() ? url.error() : headers.error());
    return false;
  }
  lines_ = header_lines(*headers);
  const auto set = [this](CURLoption option, auto value) { return curl_easy_setopt(easy_, option, value) == CURLE_OK; };
  void* const self = this;
  return lines_ != nullptr && set(CURLOPT_URL, url->c_str()) && set(CURLOPT_HTTPHEADER, lines_) && set(CURLOPT_POST, 1L) &&
         set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body_size_)) && set(CURLOPT_READFUNCTION, &wire_callbacks::read) &&
         set(CURLOPT_READDATA, self) && set(CURLOPT_WRITEFUNCTION, &wire_callbacks::body) && set(CURLOPT_WRITEDATA, self) &&
         set(CURLOPT_HEADERFUNCTION, &wire_callbacks::header) && set(CURLOPT_HEADERDATA, self) &&
         set(CURLOPT_OPENSOCKETFUNCTION, &wire_callbacks::open_socket) && set(CURLOPT_OPENSOCKETDATA, self) &&
         set(CURLOPT_PREREQFUNCTION, &wire_callbacks::before_request) && set(CURLOPT_PREREQDATA, self) && set(CURLOPT_PRIVATE, self) &&
         set(CURLOPT_ERRORBUFFER, curl_says_.data());
}

void* wire_send::release_easy() { return std::exchange(easy_, nullptr); }

}  // namespace sallyport::upstream
