package person

// Sleep stages as Oura writes them, one digit per 30 seconds.
const (
	deep  = '1'
	light = '2'
	rem   = '3'
	awake = '4'
)

const epoch = 30 // seconds

// sleepShape says what kind of sleep to draw.
type sleepShape struct {
	seconds int64
	latency int     // epochs until falling asleep
	tail    int     // epochs awake at the end
	trouble float64 // 0 to 1: more waking, less deep and REM sleep
	nap     bool
}

// stages draws the epochs of a sleep. The last epoch may be cut short by getting
// up and is always awake, so that all the rest of the time in bed is awake_time.
func (sh sleepShape) stages(d *dice) []byte {
	n := int((sh.seconds + epoch - 1) / epoch)
	out := make([]byte, 0, n+240)
	out = run(out, awake, sh.latency)
	for cycle := 0; len(out) < n; cycle++ {
		out = sh.cycle(out, cycle, d)
	}
	out = out[:n]
	for i := n - min(max(sh.tail, 1), n); i < n; i++ {
		out[i] = awake
	}
	return out
}

// cycle adds some ninety minutes: down to deep sleep early in the night, up to
// ever longer REM sleep towards the morning.
func (sh sleepShape) cycle(out []byte, cycle int, d *dice) []byte {
	length := d.between(155, 205)
	deepShare := clamp(0.42-0.13*float64(cycle)+0.05*d.norm(), 0, 0.5) * (1 - 0.5*sh.trouble)
	remShare := clamp(0.1+0.07*float64(cycle)+0.04*d.norm(), 0.02, 0.4) * (1 - 0.4*sh.trouble)
	if sh.nap {
		deepShare, remShare = deepShare*0.4, 0
	}
	out = sh.doze(out, length*(1-deepShare-remShare)*0.45, d)
	out = run(out, deep, int(length*deepShare))
	out = sh.doze(out, length*(1-deepShare-remShare)*0.55, d)
	return run(out, rem, int(length*remShare))
}

// doze adds light sleep with short spells of waking.
func (sh sleepShape) doze(out []byte, epochs float64, d *dice) []byte {
	for left := int(epochs); left > 0; {
		k := min(left, 8+d.intn(40))
		out = run(out, light, k)
		left -= k
		if d.chance(0.36 + 0.4*sh.trouble) {
			out = run(out, awake, 1+d.intn(13))
		}
	}
	return out
}

func run(out []byte, stage byte, epochs int) []byte {
	for range epochs {
		out = append(out, stage)
	}
	return out
}

// fiveMinutes gives each ten epochs the stage that fills most of them.
func fiveMinutes(stages []byte) string {
	out := make([]byte, 0, len(stages)/10+1)
	for i := 0; i < len(stages); i += 10 {
		var count [5]int
		best := byte(light)
		for _, s := range stages[i:min(i+10, len(stages))] {
			count[s-'0']++
			if count[s-'0'] > count[best-'0'] {
				best = s
			}
		}
		out = append(out, best)
	}
	return string(out)
}

// movements draws movement_30_sec: 1 still to 4 active.
func movements(stages []byte, d *dice) []byte {
	out := make([]byte, len(stages))
	for i, s := range stages {
		out[i] = '1'
		share := 0.1
		switch s {
		case awake:
			share = 0.6
		case deep:
			share = 0.04
		case light:
			share = 0.2
		}
		if d.chance(share) {
			out[i] = pick[byte](d, '2', '2', '2', '2', '2', '3', '3', '4')
		}
	}
	return out
}
