/// Both sides of a hand-over, each on its own thread, with a gateway made of flags.

#include "proxy/succession/hand_over.hpp"

#include "proxy/succession/take_over.hpp"
#include "tests/proxy/server/front_door.hpp"

#include <doctest/doctest.h>

#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>

using namespace sallyport;
using namespace sallyport::succession;
using namespace sallyport::tests;

namespace {

/// A gateway's front door with what hand_over does to it.
struct rig {
  rig() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sallyport-hand-over-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()));
    folder = pattern;
    door.start();
    door.on_thread([this] { open(); });
  }
  ~rig() {
    door.on_thread([this] { place.reset(); });
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }
  void open() {
    hand_over_steps steps{
        .api_sockets = [this] { return door.listener().sockets(); },
        .admin_sockets = [this] { return door.listener().sockets(); },
        .let_go = [this] { lets_go = true; },
        .has_let_go = [this] { return lets_go && may_be_free; },
        .take_back = [this] { lets_go = false, taken_back.add(); },
        .relieved = [this](kept_sockets which) { kept = which, relieved.add(); },
        .log = [this](std::string_view said, const std::string& why) {
          const std::lock_guard lock(mutex);
          logged.push_back(std::string(said) + ": " + why);
        }};
    auto opened = hand_over::open(door.context(), door.time(), folder, std::move(steps));
    REQUIRE(opened.has_value());
    place = std::move(*opened);
  }
  std::unique_ptr<predecessor> found() {
    auto made = predecessor::find(folder);
    REQUIRE_MESSAGE(made.has_value(), made.error().client_sentence());
    return std::move(*made);
  }
  std::string why_not() {
    const auto made = predecessor::find(folder);
    return made ? "" : std::string(made.error().client_sentence());
  }
  bool was_logged(const std::string& part) {
    return door.holds_soon([&] {
      const std::lock_guard lock(mutex);
      return std::any_of(logged.begin(), logged.end(), [&](const auto& line) { return line.find(part) != std::string::npos; });
    });
  }

  std::string folder;
  std::mutex mutex;
  std::vector<std::string> logged;
  std::atomic<bool> lets_go{false}, may_be_free{true};
  std::atomic<kept_sockets> kept{};
  tally taken_back, relieved;
  front_door door;
  std::unique_ptr<hand_over> place;
};

bool says(const std::string& sentence, const std::string& part) { return sentence.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a successor gets the sockets, then the store, and relieves") {
  rig r;
  const auto before = r.found();
  REQUIRE(before);
  CHECK_FALSE(r.lets_go);
  const auto sockets = before->take_api_sockets("127.0.0.1", r.door.port());
  REQUIRE(sockets.size() == 1);
  int listens = 0;
  socklen_t size = sizeof listens;
  REQUIRE(::getsockopt(sockets.front().get(), SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0);
  CHECK(listens == 1);
  REQUIRE(before->ask_for_store().has_value());
  CHECK(r.lets_go);
  CHECK(before->relieve().has_value());
  CHECK(r.relieved.reaches(1));
  CHECK(r.kept.load().api);
  CHECK_FALSE(r.kept.load().admin);   // which was never taken
  CHECK(r.taken_back.now() == 0);
}

TEST_CASE("sockets of another address are not taken; port 0 takes whichever port") {
  rig r;
  {
    const auto before = r.found();
    CHECK(before->take_api_sockets("127.0.0.1", static_cast<std::uint16_t>(r.door.port() + 1)).empty());
    CHECK(before->take_admin_sockets("127.0.0.2", r.door.port()).empty());
  }
  CHECK(r.was_logged("ended before it served"));
  const auto again = r.found();
  CHECK(again->take_api_sockets("127.0.0.1", 0).size() == 1);
  CHECK(again->take_admin_sockets("localhost", r.door.port()).size() == 1);
}

TEST_CASE("a successor that goes away after it got the store gives it back, and another one may come") {
  rig r;
  {
    const auto before = r.found();
    REQUIRE(before->ask_for_store().has_value());
  }
  CHECK(r.taken_back.reaches(1));
  CHECK_FALSE(r.lets_go);
  const auto again = r.found();
  REQUIRE(again);
  CHECK(again->ask_for_store().has_value());
  CHECK(again->relieve().has_value());
  CHECK(r.relieved.reaches(1));
}

TEST_CASE("while one takes over, and after one has, others are refused with a sentence") {
  rig r;
  const auto before = r.found();
  CHECK(says(r.why_not(), "another process is taking over"));
  REQUIRE(before->ask_for_store().has_value());
  REQUIRE(before->relieve().has_value());
  CHECK(says(r.why_not(), "another gateway has just taken over"));
}

TEST_CASE("a hand-over that is called off is told to the successor at its next word, and the store is taken back") {
  rig r;
  const auto before = r.found();
  REQUIRE(before->ask_for_store().has_value());
  r.door.on_thread([&] { r.place->end("the gateway is told to end"); });
  CHECK(r.taken_back.now() == 1);
  const auto refused = before->relieve();
  REQUIRE(refused.has_error());
  CHECK(says(std::string(refused.error().client_sentence()), "told to end"));
  CHECK(r.relieved.now() == 0);
  CHECK_FALSE(r.found());   // as where no gateway runs
}

TEST_CASE("words out of their order call it off") {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{{"take 2"}, {"store"}, {"serving"}, {"take 1", "serving"}}) {
    rig r;
    auto by_hand = note_socket::connect(r.folder, take_over_name);
    REQUIRE(by_hand.has_value());
    for (const auto& word : words) (*by_hand)->send(word);
    note got;
    auto came = note_socket::came::note;
    while (came == note_socket::came::note && !got.text.starts_with(refusal_prefix)) came = (*by_hand)->receive(got, 20'000);
    CHECK(says(got.text, "something else"));
    CHECK(r.relieved.now() == 0);
  }
}

TEST_CASE("a predecessor that has died in the meantime has let go, and needs no word") {
  auto r = std::make_unique<rig>();
  // Its socket closes without a word, as a killed process's does.
  const auto listening = listen_for_notes(r->folder, take_over_name);
  REQUIRE(listening.has_value());
  std::thread dying([&] {
    bool other_user = false;
    auto there = accept_notes(listening->get(), other_user);
    while (!there) there = accept_notes(listening->get(), other_user);
    note got;
    there->receive(got, 20'000);
    there->send("all");
    there->receive(got, 20'000);
  });
  const auto before = r->found();
  REQUIRE(before);
  CHECK(before->ask_for_store().has_value());
  CHECK(before->relieve().has_value());
  dying.join();
}
