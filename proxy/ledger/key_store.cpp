#include "proxy/ledger/key_store.hpp"

#include "proxy/ledger/private_file.hpp"
#include "proxy/ledger/sqlite_database.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

namespace sallyport::ledger {
namespace {

using std::chrono::sys_seconds;

constexpr std::chrono::milliseconds lock_wait{5'000};
constexpr std::size_t pepper_digits = 64;

failure pepper_trouble(const std::string& path, const std::string& what) {
  return fail_with(failure_kind::internal, "The pepper '" + path + "' " + what);
}

std::string hexadecimal(const std::array<unsigned char, 32>& bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const auto byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15u];
  }
  return text;
}

/// Lists are kept as lines: neither a model's name nor a network holds a line break.
std::string lines_of(const std::vector<std::string>& items) {
  std::string text;
  for (const auto& item : items) text += item + "\n";
  return text;
}

std::vector<std::string> items_in(std::string_view text) {
  std::vector<std::string> items;
  for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    items.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return items;
}

std::optional<std::int64_t> seconds_of(const std::optional<sys_seconds>& at) {
  return at ? std::optional<std::int64_t>(at->time_since_epoch().count()) : std::nullopt;
}

std::optional<sys_seconds> time_in(const sqlite_statement& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(sys_seconds(std::chrono::seconds(row.integer(column))));
}

failure no_such(std::string_view team, std::string_view name) {
  return fail_with(failure_kind::invalid_request,
                   "Team '" + std::string(team) + "' has no stored key '" + std::string(name) + "' in use; `sallyport keys list` shows them.");
}

class sqlite_key_store final : public key_store {
 public:
  explicit sqlite_key_store(std::unique_ptr<sqlite_database> opened)
      : db_(std::move(opened)),
        all_(db_->prepare("SELECT team, name, digest, created, expires, revoked, models, networks FROM keys ORDER BY team, name, created DESC")),
        add_(db_->prepare("INSERT INTO keys(team, name, digest, created, expires, models, networks) VALUES(?, ?, ?, ?, ?, ?, ?)")),
        count_(db_->prepare("SELECT count(*) FROM keys WHERE team = ? AND name = ? AND revoked IS NULL AND (expires IS NULL OR expires > ?)")),
        revoke_(db_->prepare("UPDATE keys SET revoked = ? WHERE team = ? AND name = ? AND revoked IS NULL AND (expires IS NULL OR expires > ?)")),
        expire_(db_->prepare("UPDATE keys SET expires = min(?, ifnull(expires, ?)) WHERE team = ? AND name = ? AND revoked IS NULL AND "
                             "(expires IS NULL OR expires > ?)")) {}

  result<std::vector<stored_key>> all() override {
    std::vector<stored_key> keys;
    all_.start();
    while (all_.step()) keys.push_back(key_at(all_));
    if (all_.has_failed()) return db_->why();
    return keys;
  }

  result<void> add(const stored_key& key, sys_seconds now) override {
    if (!db_->begin()) return trouble();
    const auto in_use = active(key.team, key.name, now);
    if (!in_use) return trouble();
    if (*in_use > 0) {
      db_->roll_back();
      return fail_with(failure_kind::invalid_request, "Team '" + key.team + "' has a stored key '" + key.name +
                                                          "' already. Give the new one another --name, or `sallyport keys rotate` that one.");
    }
    return insert(key) && db_->execute("COMMIT") ? result<void>() : result<void>(trouble());
  }

  result<void> rotate(const stored_key& successor, sys_seconds when, sys_seconds now) override {
    if (!db_->begin() || !change(successor.team, successor.name, when, now)) return trouble();
    if (db_->changes() == 0) {
      db_->roll_back();
      return no_such(successor.team, successor.name);
    }
    return insert(successor) && db_->execute("COMMIT") ? result<void>() : result<void>(trouble());
  }

  result<void> end(std::string_view team, std::string_view name, sys_seconds when, sys_seconds now) override {
    if (!db_->begin() || !change(team, name, when, now)) return trouble();
    const bool found = db_->changes() > 0;
    if (!db_->execute("COMMIT")) return trouble();
    return found ? result<void>() : result<void>(no_such(team, name));
  }

  result<std::int64_t> version() override {
    // Every change of a row of `keys` raises it, by triggers of the schema: also changes of other connections and programs.
    const auto found = db_->number("SELECT version FROM keys_version");
    if (!found) return db_->why();
    return *found;
  }

 private:
  static stored_key key_at(const sqlite_statement& row) {
    stored_key key{.team = std::string(row.text(0)), .name = std::string(row.text(1))};
    const auto digest = row.blob(2);
    std::copy_n(digest.begin(), std::min(digest.size(), key.digest.size()), key.digest.begin());
    key.created = sys_seconds(std::chrono::seconds(row.integer(3)));
    key.expires = time_in(row, 4);
    key.revoked = time_in(row, 5);
    key.models = items_in(row.text(6));
    key.networks = items_in(row.text(7));
    return key;
  }

  bool insert(const stored_key& key) {
    const std::string models = lines_of(key.models), networks = lines_of(key.networks);
    add_.start().put(std::string_view(key.team)).put(std::string_view(key.name)).put(std::span<const std::uint8_t>(key.digest));
    add_.put(key.created.time_since_epoch().count()).put(seconds_of(key.expires));
    return add_.put(std::string_view(models)).put(std::string_view(networks)).run();
  }

  /// Ends what is in use: at once by revoking it, later by an earlier expiry.
  bool change(std::string_view team, std::string_view name, sys_seconds when, sys_seconds now) {
    const auto at = when.time_since_epoch().count();
    auto& ending = when <= now ? revoke_ : expire_;
    ending.start().put(at);
    if (when > now) ending.put(at);
    return ending.put(team).put(name).put(now.time_since_epoch().count()).run();
  }

  std::optional<std::int64_t> active(std::string_view team, std::string_view name, sys_seconds now) {
    count_.start().put(team).put(name).put(now.time_since_epoch().count());
    if (!count_.step()) return std::nullopt;
    const auto found = count_.integer(0);
    count_.end();
    return found;
  }

  failure trouble() {
    failure why = db_->why();
    db_->roll_back();
    return why;
  }

  std::unique_ptr<sqlite_database> db_;
  sqlite_statement all_, add_, count_, revoke_, expire_;
};

}  // namespace

std::string random_key() {
  constexpr std::string_view alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
  std::array<unsigned char, 43> bits{};
  if (RAND_bytes(bits.data(), static_cast<int>(bits.size())) != 1) return {};
  std::string key = "sp-";
  for (const auto six : bits) key += alphabet[six & 63u];
  return key;
}

key_digest digest_of(std::string_view key, const secret& pepper) {
  key_digest digest{};
  unsigned length = 0;
  const auto text = pepper.reveal();
  HMAC(EVP_sha256(), text.data(), static_cast<int>(text.size()), reinterpret_cast<const unsigned char*>(key.data()), key.size(),
       digest.data(), &length);
  return digest;
}

result<secret> pepper_in(const std::string& folder) {
  const std::string path = folder + "/pepper";
  if (const int error = make_private_file(path)) return pepper_trouble(path, "cannot be made: " + std::generic_category().message(error) + ".");
  // Two processes may make it at the same time: the one that has the lock writes it.
  int error = 0;
  std::unique_ptr<file_lock> lock;
  while (!lock && (error == 0 || error == EWOULDBLOCK)) lock = file_lock::take(path + ".lock", error);
  if (!lock) return pepper_trouble(path, "cannot be locked: " + std::generic_category().message(error) + ".");
  std::ifstream in(path);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (text.empty()) {
    std::array<unsigned char, 32> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return pepper_trouble(path, "could not be drawn: no random numbers.");
    text = hexadecimal(bytes);
    std::ofstream out(path);
    if (!(out << text << std::flush)) return pepper_trouble(path, "could not be written.");
  }
  if (text.size() != pepper_digits)
    return pepper_trouble(path, "is not 64 hexadecimal digits. Restore it from a backup; with another one every stored key is unknown.");
  return secret(std::move(text));
}

result<std::unique_ptr<key_store>> key_store::open(const std::string& path) {
  auto opened = sqlite_database::open(path, sqlite_database::access::write, lock_wait);
  if (opened.has_error()) return std::move(opened).error();
  return std::unique_ptr<key_store>(std::make_unique<sqlite_key_store>(std::move(*opened)));
}

}  // namespace sallyport::ledger
