#include "proxy/ledger/sqlite_names.hpp"

namespace sallyport::ledger {
namespace {

/// Names come from clients too (tags): what is remembered of them has a limit.
constexpr std::size_t known_max = 50'000;

}  // namespace

sqlite_names::sqlite_names(sqlite_database& in)
    : in_(in),
      find_(in.prepare("SELECT id FROM names WHERE name = ?")),
      make_(in.prepare("INSERT INTO names(name, uses) VALUES(?, 0)")),
      text_(in.prepare("SELECT name FROM names WHERE id = ?")),
      count_(in.prepare("UPDATE names SET uses = uses + ? WHERE id = ?")),
      remove_(in.prepare("DELETE FROM names WHERE id = ? AND uses = 0")) {}

std::optional<std::int64_t> sqlite_names::number_of(std::string_view name) {
  if (name.empty()) return 0;
  if (const auto found = known_.find(name); found != known_.end()) return found->second;
  const auto number = read_or_make(name);
  if (!number) return std::nullopt;
  if (known_.size() >= known_max) known_.clear();
  known_.emplace(name, *number);
  return number;
}

std::optional<std::int64_t> sqlite_names::read_or_make(std::string_view name) {
  if (find_.start().put(name).step()) {
    const auto number = find_.integer(0);
    find_.end();
    return number;
  }
  if (find_.has_failed() || !make_.start().put(name).run()) return std::nullopt;
  const auto number = in_.last_rowid();
  used(number, 0);   // so that settle() deletes it again if nothing comes to use it
  return number;
}

std::optional<std::string> sqlite_names::text_of(std::int64_t number) {
  if (number == 0) return std::string();
  if (!text_.start().put(number).step()) return std::nullopt;
  std::string text(text_.text(0));
  text_.end();
  return text;
}

void sqlite_names::used(std::int64_t number, int change) {
  if (number != 0) changes_[number] += change;
}

bool sqlite_names::settle() {
  bool any_removed = false;
  for (const auto& [number, change] : changes_) {
    if (change != 0 && !count_.start().put(change).put(number).run()) return false;
    if (change > 0) continue;
    if (!remove_.start().put(number).run()) return false;
    any_removed = any_removed || in_.changes() > 0;
  }
  changes_.clear();
  // A removed number may be given to another name.
  if (any_removed) known_.clear();
  return true;
}

void sqlite_names::forget() {
  known_.clear();
  changes_.clear();
}

}  // namespace sallyport::ledger
