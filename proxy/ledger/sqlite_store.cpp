#include "proxy/ledger/sqlite_store.hpp"

#include "proxy/ledger/private_file.hpp"
#include "proxy/ledger/sqlite_connection.hpp"

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

namespace sallyport::ledger {
namespace {

failure cannot_make(const std::string& path, int error) {
  return fail_with(failure_kind::internal, "The store '" + path + "' cannot be made: " + std::generic_category().message(error) +
                                               ". Set state.store to a file in a folder that this process may write.");
}

failure in_use(const std::string& path) {
  return fail_with(failure_kind::internal, "The store '" + path + "' is in use by another gateway process. " +
                                               "Stop that gateway, or set state.store to a file of its own.");
}

class sqlite_store final : public store {
 public:
  sqlite_store(std::string path, const sqlite_options& options) : path_(std::move(path)), options_(options) {}

  /// Opens the file where it is not open; also after a failure that left the connection unfit, or the file gone, and after let_go().
  result<void> open() {
    if (connection_) return {};
    int refused = 0;
    if (!lock_) lock_ = file_lock::take(path_ + ".lock", refused);
    if (!lock_) return refused == EWOULDBLOCK ? in_use(path_) : cannot_make(path_, refused);
    if (const int error = make_private_file(path_)) return cannot_make(path_, error);
    auto opened = sqlite_connection::open(path_, options_);
    if (opened.has_error()) return std::move(opened).error();
    connection_ = std::move(*opened);
    return {};
  }

  result<std::vector<team_spending>> take(std::span<const journal_row> rows, std::string_view journal, std::uint64_t position) override {
    std::vector<team_spending> spent;
    auto taken = attempt([&](sqlite_connection& in) {
      return in.begin() && in.take(rows, spent) && in.set_position(journal, position) && in.commit();
    });
    if (taken.has_error()) return std::move(taken).error();
    return spent;
  }

  void let_go() override {
    connection_.reset();
    lock_.reset();
  }

  result<std::optional<std::uint64_t>> position_of(std::string_view journal) override {
    std::optional<std::uint64_t> position;
    auto asked = attempt([&](sqlite_connection& in) { return in.position_of(journal, position); });
    if (asked.has_error()) return std::move(asked).error();
    return position;
  }

  result<void> add(std::span<const deployment_time> times) override {
    return attempt([&](sqlite_connection& in) { return in.begin() && in.add(times) && in.commit(); });
  }

  result<bool> trim(wall_time now, const retention& keep) override {
    bool more = false;
    auto done = attempt([&](sqlite_connection& in) { return in.trim(now, keep, more); });
    if (done.has_error()) return std::move(done).error();
    return more;
  }

 private:
  template <class Act>
  result<void> attempt(Act act) {
    if (auto opened = open(); opened.has_error()) return opened;
    if (act(*connection_)) return {};
    failure why = connection_->why();   // before the roll-back, which has a result of its own
    const bool keep = connection_->is_usable();
    connection_->roll_back();
    if (!keep) connection_.reset();
    return why;
  }

  std::string path_;
  sqlite_options options_;
  std::unique_ptr<file_lock> lock_;
  std::unique_ptr<sqlite_connection> connection_;
};

}  // namespace

result<std::unique_ptr<store>> open_sqlite_store(const std::string& path, const sqlite_options& options) {
  const auto folder = std::filesystem::path(path).parent_path().string();
  if (const int error = folder.empty() ? 0 : make_private_folder(folder)) return cannot_make(path, error);
  auto made = std::make_unique<sqlite_store>(path, options);
  if (auto opened = made->open(); opened.has_error()) return std::move(opened).error();
  return std::unique_ptr<store>(std::move(made));
}

}  // namespace sallyport::ledger
