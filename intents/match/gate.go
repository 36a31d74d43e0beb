package match

import "math"

// Signals of a message that tell whether it is in scope at all.
const (
	sigDecision = iota // largest linear decision of an in-scope class
	sigTop             // largest probability of an in-scope class
	sigOOS             // log-odds of the out-of-scope class
	sigUnknown         // share of unknown words
	sigCount
)

type signals [sigCount]float32

// gate weighs the signals. Its weights are a logistic regression over lines
// that were not trained on; limit is the probability above which the matcher
// abstains, set so that few in-scope lines are lost.
type gate struct {
	weight signals
	bias   float32
	limit  float32
	class  int32 // the out-of-scope class, or -1
}

// oos returns the probability that the message is out of scope.
func (g *gate) oos(s *signals) float32 {
	z := g.bias
	for i, w := range g.weight {
		z += w * s[i]
	}
	return float32(logistic(float64(z)))
}

// read takes the gate's input from the decisions of the linear machine, the
// probabilities of the classes and the share of unknown words.
func (g *gate) read(row, p []float32, unknown float32) (s signals) {
	s[sigDecision] = -9
	for i, v := range row {
		if i != int(g.class) {
			s[sigDecision] = max(s[sigDecision], v)
			s[sigTop] = max(s[sigTop], p[i])
		}
	}
	if g.class >= 0 {
		s[sigOOS] = float32(logit(float64(min(max(p[g.class], 1e-4), 1-1e-4))))
	}
	s[sigUnknown] = unknown
	return s
}

// fitGate learns the weights from labelled signals and sets the limit so that
// at most loss of the in-scope lines that would be matched rightly is turned
// away: turning a wrong match away loses nothing.
func fitGate(in, right, out []signals, class int, loss float64) gate {
	g := gate{class: int32(class), limit: 2}
	if len(in) == 0 {
		return g
	}
	if len(out) < 5 {
		// Too few to learn from: trust the decision value alone.
		g.weight[sigDecision] = -4
	} else {
		g.fit(in, out)
	}
	scores := make([]float64, len(right))
	for i := range right {
		scores[i] = float64(g.oos(&right[i]))
	}
	limit := quantile(scores, 1-loss)
	if len(out) > 0 {
		scores = scores[:0]
		for i := range out {
			scores = append(scores, float64(g.oos(&out[i])))
		}
		// Where the two sides stand apart, the limit lies halfway.
		if far := quantile(scores, loss); far > limit {
			limit = logistic((logit(limit) + logit(far)) / 2)
		}
	}
	g.limit = float32(limit)
	return g
}

func logistic(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

func logit(p float64) float64 {
	p = min(max(p, 1e-9), 1-1e-9)
	return math.Log(p / (1 - p))
}

// fit runs Newton's method with a little shrinkage on standardised signals.
// Every line weighs the same, so the result is a probability where messages
// are as mixed as the lines.
func (g *gate) fit(in, out []signals) {
	var mean, dev [sigCount]float64
	all := append(append([]signals(nil), in...), out...)
	for j := range mean {
		for i := range all {
			mean[j] += float64(all[i][j])
		}
		mean[j] /= float64(len(all))
		for i := range all {
			d := float64(all[i][j]) - mean[j]
			dev[j] += d * d
		}
		dev[j] = math.Sqrt(dev[j]/float64(len(all))) + 1e-6
	}
	const n, shrink = sigCount + 1, 1e-3
	var w [n]float64
	for range 30 {
		var grad [n]float64
		var hess [n][n]float64
		for j := range n {
			grad[j], hess[j][j] = shrink*w[j], shrink
		}
		for i := range all {
			var x [n]float64
			x[sigCount] = 1
			z := w[sigCount]
			for j := range mean {
				x[j] = (float64(all[i][j]) - mean[j]) / dev[j]
				z += w[j] * x[j]
			}
			y, weight := 0.0, 1/float64(len(all))
			if i >= len(in) {
				y = 1
			}
			p := logistic(z)
			for j := range n {
				grad[j] += weight * (p - y) * x[j]
				for k := range n {
					hess[j][k] += weight * p * (1 - p) * x[j] * x[k]
				}
			}
		}
		step := solve(hess[:], grad[:])
		for j := range w {
			w[j] -= step[j]
		}
	}
	g.bias = float32(w[sigCount])
	for j := range mean {
		g.weight[j] = float32(w[j] / dev[j])
		g.bias -= float32(w[j] * mean[j] / dev[j])
	}
}

// solve returns x with a·x = b by Gaussian elimination; a is positive definite.
func solve[R ~[sigCount + 1]float64](a []R, b []float64) []float64 {
	n := len(b)
	x := append([]float64(nil), b...)
	for i := range n {
		for j := i + 1; j < n; j++ {
			f := a[j][i] / a[i][i]
			for k := i; k < n; k++ {
				a[j][k] -= f * a[i][k]
			}
			x[j] -= f * x[i]
		}
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			x[i] -= a[i][k] * x[k]
		}
		x[i] /= a[i][i]
	}
	return x
}
