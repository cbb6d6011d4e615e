#pragma once
/// Plays the drill's faults at one model after another: a built-in upstream for each provider, a gateway of its own for each case.

#include "config/settings.hpp"
#include "proxy/commands/drill_settings.hpp"
#include "proxy/commands/scratch_folder.hpp"
#include "proxy/rehearsal/drill_card.hpp"
#include "proxy/rehearsal/upstream_thread.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace sallyport::commands {

/// One thread uses it; it plays several cases at once on threads of its own, and blocks meanwhile. `own` outlives it.
class drill_run {
 public:
  explicit drill_run(const config::settings& own) : own_(own) {}

  /// Starts the upstreams.
  result<void> start();
  /// Plays every fault at this model; fails where a gateway does not start.
  result<void> play(const config::model& own);

  const std::vector<rehearsal::drill_row>& rows() const { return rows_; }
  /// What was left out, and why.
  const std::vector<std::string>& notes() const { return notes_; }
  bool every_model_was_played() const { return every_model_was_played_; }

 private:
  using answers = std::vector<rehearsal::judged_answer>;

  result<answers> call(const config::model& model, const drill_case& one, bool streamed, int calls) const;
  result<deployment_list> allowed(const config::model& own, const deployment_list& of);
  result<rehearsal::drill_row> played(const config::model& model, const rehearsal::drill_fault& fault, int number) const;
  rehearsal::drill_sends count(rehearsal::drill_row& into, const config::model& model, const drill_case& one,
                               rehearsal::refused_for why) const;
  rehearsal::drill_help help(const config::model& model, rehearsal::refused_for why) const;

  const config::settings& own_;
  scratch_folder scratch_;
  std::map<std::string, std::unique_ptr<rehearsal::upstream_thread>> upstreams_;
  drill_stage stage_;
  int number_ = 0;   ///< of the last case that has one
  std::vector<rehearsal::drill_row> rows_;
  std::vector<std::string> notes_;
  bool every_model_was_played_ = true;
};

}  // namespace sallyport::commands
