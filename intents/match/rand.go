package match

// rng is SplitMix64 (Steele, Lea, Flood 2014): small, fast, and the same
// everywhere, so that training can be repeated.
type rng uint64

func (r *rng) next() uint64 {
	*r += 0x9E3779B97F4A7C15
	z := uint64(*r)
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// below returns a number in [0,n).
func (r *rng) below(n int) int { return int(r.next() >> 33 % uint64(n)) }

// unit returns a number in [0,1).
func (r *rng) unit() float32 { return float32(r.next()>>40) / (1 << 24) }

func (r *rng) shuffle(order []int) {
	for i := len(order) - 1; i > 0; i-- {
		j := r.below(i + 1)
		order[i], order[j] = order[j], order[i]
	}
}
