#pragma once
/// Where a text of the configuration stands, and the collection of everything that is wrong with it: nothing stops at the first problem.

#include "config/load.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::config {

/// One text that was read. `order` is the order in which files were opened: problems are listed in it.
struct source {
  static constexpr int order_last = 1'000'000;  ///< behind every included file

  std::string name;
  int order = 0;

  /// The folder that relative paths in this file start from, with its slash; empty for the working directory.
  std::string folder() const;
};

struct place {
  std::shared_ptr<const source> from;
  int line = 0;    ///< from 1; 0 when the problem concerns the whole file
  int column = 0;  ///< from 1
};

/// As in sallyport.yaml:3:1, for a sentence that names a second place.
std::string to_string(const place& at);

/// Collects problems and warnings of one load. Keeps at most `entries_max` of each; what is beyond is counted.
class report {
 public:
  static constexpr std::size_t entries_max = 1000;

  void problem(const place& at, std::string path, std::string sentence) { problems_.add(at, std::move(path), std::move(sentence)); }
  void warning(const place& at, std::string path, std::string sentence) { warnings_.add(at, std::move(path), std::move(sentence)); }

  bool has_problems() const { return !problems_.found.empty(); }
  /// In order of place, repetitions left out.
  std::vector<config::problem> problems() const { return problems_.sorted(); }
  std::vector<config::problem> warnings() const { return warnings_.sorted(); }

 private:
  struct entry {
    place at;
    std::string path;
    std::string sentence;
  };
  struct entries {
    std::vector<entry> found;
    std::size_t left_out = 0;

    void add(const place& at, std::string path, std::string sentence);
    std::vector<config::problem> sorted() const;
  };

  entries problems_;
  entries warnings_;
};

/// A text of the operator, fit for a sentence: in double quotes, controls replaced, clipped to 80 bytes.
std::string in_quotes(std::string_view text);

}  // namespace sallyport::config
