/// detector_quality CASES.jsonl [SENTENCES.json]: how well the built-in detectors do on Presidio's recogniser cases and, if given, on the
/// sentences of presidio-research (data/synth_dataset_v2.json), as the tables of docs/detectors.md.
///   cmake --build --preset dev --target detector_quality
///   build/dev/tests/proxy/policy/privacy/detector_quality ../shared/corpora/presidio/cases.jsonl

#include "tests/support/detector_quality.hpp"

#include <cstdio>
#include <fstream>

using namespace sallyport::tests;

namespace {

void print_cases(const std::vector<labelled_text>& cases) {
  std::puts("| entity | detector | with / without | recall | beside a word | precision |\n|---|---|---|---|---|---|");
  for (const auto& which : judged_entities) {
    const auto of = judge(which, cases);
    std::printf("| %s | `%s` | %zu / %zu | %.3f | %.3f | %.3f |\n", std::string(which.entity).c_str(), std::string(which.detector).c_str(),
                of.holding, of.without, of.recall(), of.recall_beside_word(), of.precision());
  }
}

void print_sentences(const std::vector<labelled_text>& sentences) {
  std::puts("\n| entity | detector | with / without | recall | precision |\n|---|---|---|---|---|");
  for (const auto& which : judged_entities) {
    const auto of = judge(which, sentences);
    if (of.holding == 0) continue;
    std::printf("| %s | `%s` | %zu / %zu | %.3f | %.3f |\n", std::string(which.entity).c_str(), std::string(which.detector).c_str(),
                of.holding, of.without, of.recall(), of.precision());
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) return std::fputs("usage: detector_quality CASES.jsonl [SENTENCES.json]\n", stderr), 2;
  std::ifstream cases(arguments[1]);
  print_cases(presidio_cases(cases));
  if (count > 2) {
    std::ifstream sentences(arguments[2]);
    print_sentences(generated_sentences(sentences));
  }
  return 0;
}
