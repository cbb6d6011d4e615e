#include "proxy/observe/logger.hpp"

#include "proxy/observe/log_line.hpp"

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/sink.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <deque>
#include <mutex>
#include <utility>

namespace sallyport::observe {
namespace {

constexpr std::array<std::string_view, 4> level_names{"debug", "info", "warn", "error"};
constexpr std::size_t memory_lines_max = 10'000;

/// Where lines end. Called by the pool's one thread; counts what came out, so that flush() knows when all did.
class line_sink : public spdlog::sinks::sink {
 public:
  explicit line_sink(log_target target) : target_(target) {}

  void log(const spdlog::details::log_msg& message) override {
    if (target_ == log_target::memory) {
      keep({message.payload.data(), message.payload.size()});
    } else {
      print({message.payload.data(), message.payload.size()});
    }
    out_.fetch_add(1);
    out_.notify_all();
  }
  void flush() override {}
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

  std::uint64_t lines_out() const { return out_.load(); }
  void wait_for_more_than(std::uint64_t lines) const { out_.wait(lines); }
  std::vector<std::string> kept() const {
    const std::lock_guard held(mutex_);
    return {kept_.begin(), kept_.end()};
  }

 private:
  void keep(std::string_view line) {
    const std::lock_guard held(mutex_);
    if (kept_.size() == memory_lines_max) kept_.pop_front();
    kept_.emplace_back(line);
  }

  void print(std::string_view line) const {
    std::FILE* to = target_ == log_target::standard_output ? stdout : stderr;
    std::fwrite(line.data(), 1, line.size(), to);
    std::fputc('\n', to);
    std::fflush(to);
  }

  log_target target_;
  std::atomic<std::uint64_t> out_{0};
  mutable std::mutex mutex_;
  std::deque<std::string> kept_;
};

}  // namespace

std::optional<level> level_named(std::string_view name) {
  for (std::size_t i = 0; i < level_names.size(); ++i)
    if (level_names[i] == name) return static_cast<level>(i);
  return std::nullopt;
}

std::string_view name_of(level which) { return level_names[static_cast<std::size_t>(which)]; }

log_format format_for(log_target target) {
  if (target == log_target::memory) return log_format::json;
  return ::isatty(target == log_target::standard_output ? STDOUT_FILENO : STDERR_FILENO) == 1 ? log_format::text : log_format::json;
}

/// The queue and its thread are the pool's: its end, before the sink's, writes what is queued.
struct logger::parts {
  explicit parts(logger_options given)
      : options(std::move(given)),
        sink(std::make_shared<line_sink>(options.target)),
        pool(std::make_shared<spdlog::details::thread_pool>(std::max<std::size_t>(options.queue_lines, 1), 1)),
        out(std::make_shared<spdlog::async_logger>("sallyport", sink, pool, spdlog::async_overflow_policy::overrun_oldest)) {}

  logger_options options;
  std::shared_ptr<line_sink> sink;
  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<spdlog::async_logger> out;
  std::atomic<std::uint64_t> written{0};
};

logger::logger(logger_options options) : parts_(std::make_unique<parts>(std::move(options))) {}

logger::~logger() = default;

bool logger::is_on(level which) const { return which >= parts_->options.least; }

void logger::write(level which, std::string_view message, std::initializer_list<field> fields) {
  write(which, message, std::span<const field>(fields.begin(), fields.size()));
}

void logger::write(level which, std::string_view message, std::span<const field> fields) {
  if (!is_on(which)) return;
  const auto& options = parts_->options;
  const auto now = options.now ? options.now() : std::chrono::system_clock::now();
  const auto line = options.format == log_format::json ? json_line(now, which, message, fields) : text_line(now, which, message, fields);
  // The level is in the line; spdlog's own is not used.
  parts_->out->log(spdlog::level::critical, spdlog::string_view_t(line.data(), line.size()));
  parts_->written.fetch_add(1);
}

std::uint64_t logger::dropped() const { return parts_->pool->overrun_counter(); }

void logger::flush() {
  const auto wanted = parts_->written.load();
  for (;;) {
    const auto out = parts_->sink->lines_out();
    if (out + dropped() >= wanted) return;
    parts_->sink->wait_for_more_than(out);
  }
}

std::vector<std::string> logger::lines() const { return parts_->sink->kept(); }

}  // namespace sallyport::observe
