package match

import "math"

// net is a perceptron with one hidden layer. It sees what no single linear
// boundary can, and errs elsewhere than the support vector machine does.
type net struct {
	in, hidden, out int
	w1              []float32 // [bucket][hidden]
	b1              []float32
	w2              []float32 // [class][hidden]
	b2              []float32
}

// Dropout rates, chosen on the validation files.
const (
	dropIn     = 0.6
	dropHidden = 0.5
)

// netRate is the first step of Adagrad with one accumulator a row.
const netRate = 0.08

// trainNet fits a net by stochastic gradient descent on the cross-entropy.
// With hidden = 0 it fits nothing and returns nil.
func trainNet(c *corpus, hidden, epochs int, seed uint64) *net {
	if hidden == 0 {
		return nil
	}
	r := rng(seed)
	n := &net{in: c.buckets, hidden: hidden, out: c.classes}
	n.w1, n.b1 = make([]float32, n.in*hidden), make([]float32, hidden)
	n.w2, n.b2 = make([]float32, n.out*hidden), make([]float32, n.out)
	fill := func(w []float32, by float64) {
		for i := range w {
			w[i] = (r.unit()*2 - 1) * float32(by)
		}
	}
	fill(n.w1, 0.3)
	fill(n.w2, math.Sqrt(6/float64(hidden+n.out)))
	s := newNetState(n)
	order := make([]int, len(c.rows))
	for i := range order {
		order[i] = i
	}
	for e := range epochs {
		r.shuffle(order)
		rate := netRate * (1 - float32(e)/float32(epochs))
		for _, i := range order {
			s.step(n, &c.rows[i], rate, &r)
		}
	}
	return n
}

type netState struct {
	h, dh, z []float32
	on       []int32 // hidden units that fired
	g1       []float32
	g2       []float32
	kept     []int32
}

func newNetState(n *net) *netState {
	return &netState{
		h: make([]float32, n.hidden), dh: make([]float32, n.hidden), z: make([]float32, n.out),
		g1: make([]float32, n.in+1), g2: make([]float32, n.out),
	}
}

func (s *netState) step(n *net, x *row, rate float32, r *rng) {
	h, dh, z := s.h, s.dh, s.z
	copy(h, n.b1)
	s.kept = s.kept[:0]
	for j := range x.bucket {
		if r.unit() < dropIn {
			continue
		}
		s.kept = append(s.kept, int32(j))
		v := x.value[j] / (1 - dropIn)
		w := n.w1[int(x.bucket[j])*n.hidden:][:len(h)]
		for k := range h {
			h[k] += v * w[k]
		}
	}
	s.on = s.on[:0]
	bits := uint64(0)
	for k := range h {
		if k%64 == 0 {
			bits = r.next()
		}
		if h[k] > 0 && bits>>(k%64)&1 == 1 {
			s.on = append(s.on, int32(k))
			h[k] *= 1 / (1 - dropHidden)
		}
		dh[k] = 0
	}
	for c := range z {
		w := n.w2[c*n.hidden:][:n.hidden]
		sum := n.b2[c]
		for _, k := range s.on {
			sum += w[k] * h[k]
		}
		z[c] = sum
	}
	softmax(z)
	z[x.label]--
	for c, d := range z {
		if d < 1e-4 && d > -1e-4 {
			continue
		}
		w := n.w2[c*n.hidden:][:n.hidden]
		norm := float32(1)
		for _, k := range s.on {
			norm += h[k] * h[k]
			dh[k] += d * w[k]
		}
		s.g2[c] += d * d
		step := rate * d / root(s.g2[c]+1e-2)
		n.b2[c] -= step
		for _, k := range s.on {
			w[k] -= step * h[k]
		}
	}
	norm := float32(0)
	for _, k := range s.on {
		dh[k] *= 1 / (1 - dropHidden)
		norm += dh[k] * dh[k]
	}
	for _, k := range s.on {
		n.b1[k] -= 0.1 * rate * dh[k]
	}
	for _, j := range s.kept {
		b := x.bucket[j]
		v := x.value[j] / (1 - dropIn)
		s.g1[b] += v * v * norm
		step := rate * v / root(s.g1[b]/float32(n.hidden)+1e-4)
		w := n.w1[int(b)*n.hidden:][:n.hidden]
		for _, k := range s.on {
			w[k] -= step * dh[k]
		}
	}
}

func root(x float32) float32 { return float32(math.Sqrt(float64(x))) }

func softmax(z []float32) {
	top := z[0]
	for _, v := range z {
		top = max(top, v)
	}
	sum := float32(0)
	for i, v := range z {
		z[i] = float32(math.Exp(float64(v - top)))
		sum += z[i]
	}
	for i := range z {
		z[i] /= sum
	}
}
