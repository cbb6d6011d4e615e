#pragma once
/// Where the workers' journals lie.

#include "adapters/words/result.hpp"

#include <map>
#include <string>
#include <vector>

namespace sallyport {

class journal_folder {
 public:
  /// `configured` if it is not empty; else the service's state folder ($STATE_DIRECTORY), $XDG_STATE_HOME/sallyport,
  /// ~/.local/state/sallyport. Made for its owner alone if it is not there. Fails with a sentence that names the key to set.
  static result<journal_folder> choose(const std::string& configured);

  const std::string& path() const { return path_; }
  std::string path_of_worker(int number) const { return path_ + "/journal-" + std::to_string(number); }
  /// The journals that lie there, by their numbers.
  std::map<int, std::string> all() const;
  /// Those of more workers than that many: an earlier run had them.
  std::vector<std::string> beyond(int workers) const;

 private:
  std::string path_;
};

}  // namespace sallyport
