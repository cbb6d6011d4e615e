#include "proxy/stages/conversations.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstring>

namespace sallyport::stages {

conversations::conversations() : own_(std::make_unique<layout>()), in_(*own_), marks_(in_.marks) {
  draw_salt_if_new();
  affinity_key_ = derived_key();
  origins_.emplace(affinity_key_);
}

conversations::conversations(std::unique_ptr<ledger::mapped_file> file)
    : file_(std::move(file)), in_(*reinterpret_cast<layout*>(file_->bytes().data())), marks_(in_.marks) {
  draw_salt_if_new();
  affinity_key_ = derived_key();
  origins_.emplace(affinity_key_);
}

result<std::unique_ptr<conversations>> conversations::in(const std::string& folder) {
  static_assert(std::atomic<std::int64_t>::is_always_lock_free && std::atomic<std::uint8_t>::is_always_lock_free);
  auto opened = ledger::mapped_file::open(folder + "/conversations", sizeof(layout));
  if (opened.has_error()) return std::move(opened).error();
  return std::unique_ptr<conversations>(new conversations(std::move(*opened)));
}

void conversations::draw_salt_if_new() {
  auto& key = in_.key;
  if (std::any_of(key.begin(), key.end(), [](unsigned char byte) { return byte != 0; })) return;
  // Without random numbers names could be chosen to collide: that raises classes, and lowers none.
  if (RAND_bytes(key.data(), static_cast<int>(key.size())) != 1) key.front() = 1;
}

std::array<unsigned char, 32> conversations::keyed_digest(std::string_view text) const {
  std::array<unsigned char, 32> digest{};
  unsigned length = 0;
  HMAC(EVP_sha256(), in_.key.data(), static_cast<int>(in_.key.size()), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
       digest.data(), &length);
  return digest;
}

policy::session_marks::key conversations::key_of(std::string_view team, std::string_view name) const {
  std::string text(team);
  text += '\0';
  text += name;
  const auto digest = keyed_digest(text);
  policy::session_marks::key made{};
  std::memcpy(made.data(), digest.data(), sizeof made);
  return made;
}

// No conversation has this text: a header has no zero byte.
hash_key conversations::derived_key() const {
  using namespace std::string_view_literals;
  const auto digest = keyed_digest("\0\0affinity"sv);
  hash_key made;
  std::memcpy(&made.first, digest.data(), sizeof made.first);
  std::memcpy(&made.second, digest.data() + sizeof made.first, sizeof made.second);
  return made;
}

data_class conversations::reached(std::string_view team, std::string_view name) const {
  return name.empty() ? data_class::public_ : marks_.mark_of(key_of(team, name));
}

void conversations::raise(std::string_view team, std::string_view name, data_class to, wall_time now, std::chrono::milliseconds lives) {
  if (!name.empty()) marks_.raise(key_of(team, name), to, now, lives);
}

}  // namespace sallyport::stages
