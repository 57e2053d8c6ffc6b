import { type Stage, STAGES } from "./lead.ts";

/** The pointer may move less than this during a click. */
const THRESHOLD_PX = 6;

export interface DragActions {
  /** The stage under the pointer, or `undefined`. */
  over(stage: Stage | undefined): void;
  drop(id: string, stage: Stage): void;
  end(): void;
}

/**
 * Moves cards by pointer. A mouse drags any part of a card; a finger drags the handle, because it scrolls elsewhere.
 * Escape, or a pointer that the browser cancels, puts the card back.
 */
export function createDrag(board: HTMLElement, on: DragActions) {
  let stop: (() => void) | undefined;

  const stageAt = (x: number, y: number): Stage | undefined => {
    const name = document.elementFromPoint(x, y)?.closest<HTMLElement>("[data-stage]")?.dataset.stage;
    return STAGES.find((stage) => stage === name);
  };

  function onDown(down: PointerEvent): void {
    const target = down.target as Element;
    const card = target.closest<HTMLElement>("[data-id]");
    if (!card || stop || down.button !== 0 || (down.pointerType !== "mouse" && !target.closest(".handle"))) return;
    let ghost: HTMLElement | undefined;
    const { left, top, width } = card.getBoundingClientRect();

    function onMove(event: PointerEvent): void {
      if (event.pointerId !== down.pointerId || !card) return;
      const [dx, dy] = [event.clientX - down.clientX, event.clientY - down.clientY];
      if (!ghost && Math.hypot(dx, dy) < THRESHOLD_PX) return;
      if (!ghost) {
        ghost = card.cloneNode(true) as HTMLElement;
        ghost.removeAttribute("data-id");
        ghost.setAttribute("aria-hidden", "true");
        ghost.classList.add("ghost");
        ghost.style.width = `${width}px`;
        // The frame is as tall as its content. Outside the board, the ghost would make it grow.
        board.append(ghost);
        card.classList.add("lifted");
      }
      event.preventDefault();
      ghost.style.transform = `translate(${left + dx}px, ${top + dy}px) rotate(1.5deg)`;
      on.over(stageAt(event.clientX, event.clientY));
    }
    function onUp(event: PointerEvent): void {
      if (event.pointerId !== down.pointerId) return;
      const stage = ghost && stageAt(event.clientX, event.clientY);
      const id = card?.dataset.id;
      const wasDragged = ghost !== undefined;
      stop?.();
      if (wasDragged) swallowClick();
      if (stage && id !== undefined) on.drop(id, stage);
    }
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || !ghost) return;
      event.preventDefault();
      stop?.();
    };
    const onCancel = () => stop?.();
    stop = () => {
      stop = undefined;
      removeEventListener("pointermove", onMove);
      removeEventListener("pointerup", onUp);
      removeEventListener("pointercancel", onCancel);
      removeEventListener("keydown", onKey, true);
      ghost?.remove();
      card.classList.remove("lifted");
      on.over(undefined);
      // Without a drag a click follows, and it needs the card on which it began.
      if (ghost) on.end();
      else setTimeout(on.end);
    };
    addEventListener("pointermove", onMove);
    addEventListener("pointerup", onUp);
    addEventListener("pointercancel", onCancel);
    addEventListener("keydown", onKey, true);
  }

  /** After a drop the browser sends a click to the card, which would open it. */
  function swallowClick(): void {
    const swallow = (event: MouseEvent) => event.stopPropagation();
    addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, { capture: true }));
  }

  board.addEventListener("pointerdown", onDown);
  return {
    /** While a card is dragged, the board must not be drawn again. */
    get isOn() {
      return stop !== undefined;
    },
  };
}
