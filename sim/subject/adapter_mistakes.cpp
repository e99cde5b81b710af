#include <poolproof/sim/subject/adapter_mistakes.h>

#include <stdexcept>

#include <poolproof/mocks/allocation_faults.h>
#include <poolproof/sim/engine/engine.h>

namespace poolproof::sim {

void AdapterMistakes::note(const std::string& sentence) {
  const std::scoped_lock lock(mutex_);
  if (first_.empty()) first_ = sentence;
  is_noted_ = true;
}

std::string AdapterMistakes::first() const {
  const std::scoped_lock lock(mutex_);
  return first_;
}

void AdapterMistakes::clear() {
  const std::scoped_lock lock(mutex_);
  first_.clear();
  is_noted_ = false;
}

void adapter_mistake(AdapterMistakes* mistakes, const std::string& sentence) {
  const EngineSection section;
  const mocks::AllocationFaults::Pause pause;  // They are for the pool.
  if (mistakes != nullptr) mistakes->note(sentence);
  if (Engine* engine = Engine::current_or_null()) return engine->fail(sentence);
  throw std::logic_error(sentence);
}

}  // namespace poolproof::sim
