#include "proxy/certificate_watch.hpp"

#include <sys/stat.h>

#include <chrono>
#include <utility>

namespace sallyport {
namespace {

using namespace std::chrono_literals;

/// A key of session tickets that lay about for long would open what was recorded meanwhile (of TLS 1.2).
constexpr auto ticket_key_life = 12h;

constexpr std::array<std::chrono::hours, 4> warn_before{21 * 24h, 7 * 24h, 24h, 0h};

std::int64_t seconds_of(wall_time at) { return std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count(); }

}  // namespace

result<certificate_watch> certificate_watch::open(const std::optional<config::tls_files>& files, observe::logger& log,
                                                  observe::metrics& metrics, const clock& time) {
  certificate_watch watch(log, metrics, time);
  if (!files) return watch;
  const auto of = stamps_of(*files);
  auto made = server::make_tls_context(*files);
  if (made.has_error()) return std::move(made).error();
  watch.tls_ = std::move(*made);
  watch.files_ = *files;
  watch.has_read(of);
  return watch;
}

certificate_watch::stamps certificate_watch::stamps_of(const config::tls_files& files) {
  stamps all{};
  std::size_t at = 0;
  for (const auto* path : {&files.cert, &files.key, &files.client_ca}) {
    struct stat now {};
    auto& one = all[at++];
    if (path->empty() || ::stat(path->c_str(), &now) != 0) continue;
    one = {static_cast<std::int64_t>(now.st_dev), static_cast<std::int64_t>(now.st_ino), static_cast<std::int64_t>(now.st_size),
           static_cast<std::int64_t>(now.st_mtim.tv_sec), static_cast<std::int64_t>(now.st_mtim.tv_nsec)};
  }
  return all;
}

void certificate_watch::has_read(const stamps& of) {
  read_ = seen_ = of;
  fresh_until_ = time_->now() + ticket_key_life;
  warnings_ = 0;
  metrics_->certificate_read(seconds_of(tls_->current()->expires));
  warn_of_end();
}

result<void> certificate_watch::read(const config::tls_files& files) {
  const auto of = stamps_of(files);   // before the files: what changes meanwhile is seen as a change
  if (files == files_) read_ = of;    // whatever comes of it: once is enough
  auto again = tls_->read_again(files);
  if (again.has_error()) {
    metrics_->certificate_read(std::nullopt);
    return again;
  }
  files_ = files;
  has_read(of);
  return {};
}

result<void> certificate_watch::take(const std::optional<config::tls_files>& files) {
  if (tls_ && files) return read(*files);
  if (tls_ || files) log_->write(observe::level::warn, "listen.tls is that of the start; restart to begin or end TLS");
  return {};
}

void certificate_watch::look() {
  if (!tls_) return;
  const auto now = stamps_of(files_);
  const bool is_still = std::exchange(seen_, now) == now;
  if (now != read_ && is_still) {
    read_anew();
  } else if (now == read_ && time_->now() >= fresh_until_) {
    fresh_until_ = time_->now() + ticket_key_life;
    if (tls_->read_again(files_).has_error()) return;   // the same files, so nobody needs to hear of it
  }
  warn_of_end();
}

void certificate_watch::read_anew() {
  const auto done = read(files_);
  if (!done.has_error()) {
    log_->write(observe::level::info, "certificate replaced", {{"file", files_.cert}, {"expires", seconds_of(tls_->current()->expires)}});
    return;
  }
  const failure why = done.error();
  log_->write(observe::level::error, "the new certificate cannot be used, the old one stays", {{"detail", why.detail}});
}

void certificate_watch::warn_of_end() {
  const auto left = tls_->current()->expires - time_->wall();
  std::size_t due = 0;
  while (due < warn_before.size() && left <= warn_before[due]) ++due;
  if (due <= warnings_) return;
  warnings_ = due;
  const auto days = std::chrono::floor<std::chrono::days>(left).count();
  if (left <= 0s) log_->write(observe::level::error, "the certificate has EXPIRED", {{"file", files_.cert}});
  else log_->write(observe::level::warn, "the certificate expires soon", {{"file", files_.cert}, {"days", days}});
}

}  // namespace sallyport
