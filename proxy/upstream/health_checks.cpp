#include "proxy/upstream/health_checks.hpp"

#include "proxy/upstream/address_rule.hpp"
#include "proxy/upstream/curl_options.hpp"
#include "proxy/upstream/socket_address.hpp"

#include <curl/curl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <list>
#include <utility>

namespace sallyport::upstream {
namespace {

/// https://10.0.0.5:8443/health
std::string url_of(const config::provider& at, const std::string& path) {
  const bool is_ipv6 = at.base.host.find(':') != std::string::npos;
  return (at.base.tls ? "https://" : "http://") + (is_ipv6 ? "[" + at.base.host + "]" : at.base.host) + ":" + std::to_string(at.base.port) +
         path;
}

/// The network, not our way of asking.
bool is_of_network(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
      return true;
    default:
      return false;
  }
}

liveness meaning_of(long status) {
  if (status >= 200 && status < 300) return liveness::up;
  return status >= 500 ? liveness::down : liveness::unclear;
}

struct check {
  std::size_t ticket = 0;
  std::shared_ptr<const config::provider> at;
  std::string path = {};
  bool keeps_body = false;
  CURL* easy = nullptr;
  std::size_t bytes = 0;
  std::string body = {};
  bool address_refused = false;

  bool is_too_long() const { return bytes > (keeps_body ? health_checks::kept_bytes_max : health_checks::bytes_max); }

  health_answer answer(CURLcode code) {
    if (address_refused) return {ticket, liveness::unclear, "its address is outside of the provider's networks"};
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    const bool is_whole = code == CURLE_OK && status >= 200 && status < 300;
    if (status > 0 && (code == CURLE_OK || is_too_long()))
      return {ticket, meaning_of(status), "status " + std::to_string(status), is_whole ? std::move(body) : std::string()};
    return {ticket, is_of_network(code) ? liveness::down : liveness::unclear, curl_easy_strerror(code)};
  }
};

std::size_t count_bytes(char*, std::size_t, std::size_t count, void* of) {
  auto& one = *static_cast<check*>(of);
  one.bytes += count;
  return one.is_too_long() ? 0 : count;
}

std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* of) {
  const auto taken = count_bytes(bytes, size, count, of);
  auto& one = *static_cast<check*>(of);
  if (one.keeps_body) one.body.append(bytes, taken);
  return taken;
}

curl_socket_t open_socket(void* of, curlsocktype, curl_sockaddr* where) {
  auto& one = *static_cast<check*>(of);
  const auto address = address_of(where->family, reinterpret_cast<const char*>(where) + offsetof(curl_sockaddr, addr));
  one.address_refused = !address || !may_connect(*address, *one.at);
  return one.address_refused ? CURL_SOCKET_BAD : ::socket(where->family, where->socktype | SOCK_CLOEXEC, where->protocol);
}

template <class Value>
bool set(CURL* easy, CURLoption option, Value value) {
  return curl_easy_setopt(easy, option, value) == CURLE_OK;
}

bool prepare(check& one, std::chrono::milliseconds at_most) {
  return set_conduct(one.easy) && set_provider(one.easy, *one.at, at_most) && set(one.easy, CURLOPT_URL, url_of(*one.at, one.path).c_str()) &&
         set(one.easy, CURLOPT_TIMEOUT_MS, static_cast<long>(at_most.count())) && set(one.easy, CURLOPT_HTTPGET, 1L) &&
         set(one.easy, CURLOPT_USERAGENT, "sallyport") && set(one.easy, CURLOPT_FRESH_CONNECT, 1L) && set(one.easy, CURLOPT_FORBID_REUSE, 1L) &&
         set(one.easy, CURLOPT_HEADERFUNCTION, &count_bytes) && set(one.easy, CURLOPT_HEADERDATA, &one) &&
         set(one.easy, CURLOPT_WRITEFUNCTION, &take_body) && set(one.easy, CURLOPT_WRITEDATA, &one) &&
         set(one.easy, CURLOPT_OPENSOCKETFUNCTION, &open_socket) && set(one.easy, CURLOPT_OPENSOCKETDATA, &one) &&
         set(one.easy, CURLOPT_PRIVATE, &one);
}

}  // namespace

struct health_checks::parts {
  std::chrono::milliseconds at_most;
  CURLM* multi = curl_multi_init();
  std::list<check> under_way;
  std::vector<health_answer> ended;

  void end(check& one) {
    if (one.easy != nullptr) {
      curl_multi_remove_handle(multi, one.easy);
      curl_easy_cleanup(one.easy);
    }
    under_way.remove_if([&](const check& other) { return &other == &one; });
  }

  void collect() {
    int running = 0, left = 0;
    curl_multi_perform(multi, &running);
    while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      void* of = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &of);
      auto& one = *static_cast<check*>(of);
      ended.push_back(one.answer(code));
      end(one);
    }
  }
};

health_checks::health_checks(std::chrono::milliseconds at_most) : parts_(std::make_unique<parts>()) { parts_->at_most = at_most; }

health_checks::~health_checks() {
  forget();
  curl_multi_cleanup(parts_->multi);
}

void health_checks::begin(std::size_t ticket, std::shared_ptr<const config::provider> at, std::string path, bool keeps_body) {
  auto& one = parts_->under_way.emplace_back(check{.ticket = ticket, .at = std::move(at), .path = std::move(path), .keeps_body = keeps_body});
  one.easy = curl_easy_init();
  if (one.easy != nullptr && prepare(one, parts_->at_most) && curl_multi_add_handle(parts_->multi, one.easy) == CURLM_OK) return;
  parts_->ended.push_back({ticket, liveness::unclear, "libcurl does not take the probe"});
  parts_->end(one);
}

std::size_t health_checks::under_way() const { return parts_->under_way.size(); }

std::vector<health_answer> health_checks::wait(std::chrono::milliseconds at_most) {
  parts_->collect();
  if (parts_->ended.empty()) {
    curl_multi_poll(parts_->multi, nullptr, 0, static_cast<int>(at_most.count()), nullptr);
    parts_->collect();
  }
  return std::exchange(parts_->ended, {});
}

void health_checks::forget() {
  while (!parts_->under_way.empty()) parts_->end(parts_->under_way.front());
  parts_->ended.clear();
}

void health_checks::wake() { curl_multi_wakeup(parts_->multi); }

}  // namespace sallyport::upstream
