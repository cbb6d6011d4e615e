#include "proxy/ledger/store_writer.hpp"

#include <algorithm>

namespace sallyport::ledger {

store_writer::store_writer(store& into, std::vector<journal_tail*> from, store_writer_options options,
                           std::vector<std::unique_ptr<foreign_journal>> foreign)
    : into_(into), from_(std::move(from)), foreign_(std::move(foreign)), options_(std::move(options)), pause_(options_.pause) {}

instant store_writer::pass(instant now, wall_time wall) {
  if (now < retry_at_) return retry_at_;
  if (take_all(wall).has_error()) {
    retry_at_ = now + pause_;
    return retry_at_;
  }
  return std::min(now + options_.pause, trim(now, wall));
}

result<void> store_writer::take_all(wall_time wall) {
  auto done = add_times();
  for (auto* const one : from_)
    if (done) done = take_from(*one, false);
  if (done) done = take_foreign();
  if (done)
    went_well();
  else
    failed(done.error(), wall);
  return done;
}

// Asked first whether it has ended, looked at then: what came in between is read too.
result<void> store_writer::take_foreign() {
  std::vector<const foreign_journal*> ended;
  for (const auto& one : foreign_) {
    const bool is_last_look = one->is_abandoned();
    one->look();
    if (auto taken = take_from(one->tail(), true); taken.has_error()) return taken;
    if (is_last_look) ended.push_back(one.get());
  }
  const std::lock_guard hold(mutex_);
  std::erase_if(foreign_, [&](const auto& one) { return std::find(ended.begin(), ended.end(), one.get()) != ended.end(); });
  return {};
}

result<void> store_writer::take_from(journal_tail& from, bool is_foreign) {
  for (;;) {
    const auto batch = from.read(options_.rows_max);
    if (batch.position == from.taken_up_to()) return {};
    const auto taken = into_.take(batch.rows, from.name(), batch.position);
    if (taken.has_error()) return taken.error();
    from.taken(batch);
    if (is_foreign && options_.spent_elsewhere)
      for (const auto& one : *taken) options_.spent_elsewhere(one);
    const std::lock_guard hold(mutex_);
    status_.damaged += batch.damaged;
  }
}

void store_writer::add(deployment_time time) {
  const std::lock_guard hold(mutex_);
  auto& sum = times_.try_emplace({time.deployment, time.day}, deployment_time{time.deployment, time.day}).first->second;
  sum.busy_ns += time.busy_ns;
  sum.idle_ns += time.idle_ns;
  sum.used += time.used;
  sum.idle += time.idle;
}

result<void> store_writer::add_times() {
  std::map<time_key, deployment_time> waiting;
  {
    const std::lock_guard hold(mutex_);
    waiting.swap(times_);
  }
  if (waiting.empty()) return {};
  std::vector<deployment_time> all;
  for (const auto& [key, time] : waiting) all.push_back(time);
  auto added = into_.add(all);
  if (added.has_error())
    for (const auto& time : all) add(time);   // not while the store works: whoever adds must not wait for it
  return added;
}

instant store_writer::trim(instant now, wall_time wall) {
  if (now < trim_at_) return trim_at_;
  const auto more = into_.trim(wall, options_.keep);
  if (more.has_error()) {
    failed(more.error(), wall);
    trim_at_ = now + options_.trim_pause;
    return now + pause_;
  }
  trim_at_ = *more ? now + options_.pause : now + options_.trim_pause;
  return trim_at_;
}

void store_writer::went_well() {
  pause_ = options_.pause;
  std::unique_lock hold(mutex_);
  if (!status_.failing_since) return;
  const auto was = status_;
  status_.error.clear();
  status_.failing_since.reset();
  hold.unlock();
  if (options_.recovered) options_.recovered(was);
}

void store_writer::failed(const failure& why, wall_time wall) {
  std::unique_lock hold(mutex_);
  const bool is_new = !status_.failing_since;
  if (is_new) status_.failing_since = wall;
  ++status_.errors;
  status_.error = why.client_sentence();
  auto now = status_;
  hold.unlock();
  pause_ = std::min(pause_ * 2, options_.pause_max);
  now.lag_rows = lag();
  if (is_new && options_.failing) options_.failing(now);
}

std::uint64_t store_writer::lag() const {
  std::uint64_t sum = 0;
  for (const auto* one : from_) sum += one->lag();
  const std::lock_guard hold(mutex_);
  for (const auto& one : foreign_) sum += one->tail().lag();
  return sum;
}

store_status store_writer::status() const {
  std::unique_lock hold(mutex_);
  auto now = status_;
  hold.unlock();
  now.lag_rows = lag();
  return now;
}

}  // namespace sallyport::ledger
