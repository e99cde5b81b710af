#pragma once
// A list that allocates nothing: its links live in the nodes. For slots and waiters.

#include <cstddef>
#include <utility>

#include <poolproof/core/ensure.h>

namespace poolproof {

/// Doubly linked. `Node` has the members `Node* previous, *next`, and is in at most one list at a
/// time.
template <class Node>
class IntrusiveList {
 public:
  [[nodiscard]] bool empty() const noexcept { return front_ == nullptr; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] Node* front() const noexcept { return front_; }
  [[nodiscard]] Node* back() const noexcept { return back_; }

  void push_front(Node& node) noexcept { insert_before(front_, node); }
  void push_back(Node& node) noexcept { insert_before(nullptr, node); }

  /// `place` is in this list, or null for the end.
  void insert_before(Node* place, Node& node) noexcept {
    node.next = place;
    node.previous = place != nullptr ? place->previous : back_;
    (node.previous != nullptr ? node.previous->next : front_) = &node;
    (node.next != nullptr ? node.next->previous : back_) = &node;
    ++size_;
  }

  /// `node` is in this list.
  void remove(Node& node) {
    ensure(size_ > 0);
    (node.previous != nullptr ? node.previous->next : front_) = node.next;
    (node.next != nullptr ? node.next->previous : back_) = node.previous;
    node.previous = node.next = nullptr;
    --size_;
  }

  /// The list is not empty.
  Node& pop_front() {
    ensure(front_ != nullptr);
    Node& node = *front_;
    remove(node);
    return node;
  }

  /// Empties the list; its nodes are linked by `next` still. Null when there was none.
  Node* take_all() noexcept {
    if (front_ == nullptr) [[likely]]
      return nullptr;
    back_ = nullptr;
    size_ = 0;
    return std::exchange(front_, nullptr);
  }

 private:
  Node* front_ = nullptr;
  Node* back_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace poolproof
