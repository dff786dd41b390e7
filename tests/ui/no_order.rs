//! A priority queue of what cannot be compared.

struct Unordered;

fn main() {
    let _queue: joinable_queue::PriorityQueue<Unordered>;
}
