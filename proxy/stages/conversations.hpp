#pragma once
/// What data class each conversation has reached: a client that names its conversation in a header cannot lower it by leaving out what made it
/// sensitive. A name is known by a keyed hash only.

#include "adapters/words/data_class.hpp"
#include "adapters/words/result.hpp"
#include "proxy/ledger/mapped_file.hpp"
#include "proxy/policy/session_marks.hpp"
#include "proxy/stages/origins.hpp"
#include "proxy/words/keyed_hash.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::stages {

/// Any thread, no lock but at a turn of the marks. Shared by all workers, outlives generations.
class conversations {
 public:
  /// In memory alone: for tests, and for what keeps no state.
  conversations();
  /// In a file of that folder, so that marks outlive the process. Fails with a sentence that says what to do.
  static result<std::unique_ptr<conversations>> in(const std::string& folder);

  /// The class that this conversation of that team has reached; public for an empty name.
  data_class reached(std::string_view team, std::string_view name) const;
  void raise(std::string_view team, std::string_view name, data_class to, wall_time now, std::chrono::milliseconds lives);

  /// For what all calls of a conversation shall have in common, over a restart too where the names' hashes outlive it; of no use for those.
  const hash_key& affinity_key() const { return affinity_key_; }

  /// Which provider made what a later turn brings back.
  origins& origins_of_turns() { return *origins_; }

  /// See session_marks.
  void leave_turns_to_another(bool leaves) { marks_.leave_turns_to_another(leaves); }

 private:
  using salt = std::array<unsigned char, 64>;
  struct layout {
    salt key;
    policy::session_marks::memory marks;
  };

  explicit conversations(std::unique_ptr<ledger::mapped_file> file);
  void draw_salt_if_new();
  std::array<unsigned char, 32> keyed_digest(std::string_view text) const;
  hash_key derived_key() const;
  policy::session_marks::key key_of(std::string_view team, std::string_view name) const;

  std::unique_ptr<layout> own_;                  ///< of one without a file
  std::unique_ptr<ledger::mapped_file> file_;
  layout& in_;
  policy::session_marks marks_;
  hash_key affinity_key_;
  std::optional<origins> origins_;   ///< made with that key
};

}  // namespace sallyport::stages
