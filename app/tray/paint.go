//go:build (linux || windows || darwin) && !notray

package tray

import "fyne.io/systray"

// painter keeps icon, tooltip and menu as a look wants them. One goroutine at a
// time uses it; it tells the desktop only what has changed.
type painter struct {
	t       *Tray
	items   []*systray.MenuItem
	shown   []row
	picture string
	tooltip string
}

// paint shows l; the first call makes the menu.
func (p *painter) paint(l Look) {
	wanted := rows(l)
	if p.items == nil {
		p.build(wanted)
	}
	for i, r := range wanted {
		p.set(i, r)
	}
	if name := l.picture(); name != p.picture {
		img := picture(name)
		systray.SetTemplateIcon(img, img)
		p.picture = name
	}
	if text := l.tooltip(); text != p.tooltip {
		systray.SetTooltip(text)
		p.tooltip = text
	}
}

func (p *painter) build(wanted []row) {
	for i, r := range wanted {
		item := systray.AddMenuItem(label(r.title), "")
		p.items = append(p.items, item)
		p.shown = append(p.shown, row{r.action, r.title, false})
		if r.action == "" {
			item.Disable()
		} else {
			p.t.work.Go(func() { p.await(item, r.action) })
		}
		if i == partedAfterNews || i == partedAfterDeeds {
			systray.AddSeparator()
		}
	}
}

// set brings one row from what it shows to what it should. On Windows a title that
// changes shows a hidden row, so it is hidden last.
func (p *painter) set(i int, r row) {
	item, old := p.items[i], p.shown[i]
	if r == old {
		return
	}
	p.shown[i] = r
	if r.hidden {
		if !old.hidden {
			item.Hide()
		}
		p.shown[i].title = old.title // told when it is shown again
		return
	}
	if r.title != old.title {
		item.SetTitle(label(r.title))
	}
	if old.hidden {
		item.Show()
	}
}

// await hands clicks on; the library drops those that nobody waits for.
func (p *painter) await(item *systray.MenuItem, a Action) {
	for {
		select {
		case <-p.t.ctx.Done():
			return
		case _, ok := <-item.ClickedCh:
			if !ok {
				return
			}
			p.t.click(a)
		}
	}
}
