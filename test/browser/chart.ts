import type { Page } from 'playwright-core';

/** Where the lines of the chart are drawn, once it is. */
export async function plotBox(page: Page): Promise<{ x: number; y: number; width: number; height: number }> {
  const over = page.locator('.chart .u-over');
  // it is made after the frame in which what surrounds it is drawn, and draws itself in the next
  await page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
  });
  await over.waitFor();
  const box = await over.boundingBox();
  if (box === null) throw new Error('the chart is not there');
  return box;
}

/** How high the line of what is injected is drawn at the right end of the chart: every pixel of it, from 0 at the bottom to 1. Light theme. */
export async function drawnHeights(page: Page): Promise<readonly number[]> {
  await plotBox(page);
  return await page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.chart canvas');
    const over = document.querySelector<HTMLElement>('.u-over');
    if (canvas === null || over === null) throw new Error('the chart is not there');
    const [left, top, width, height] = [over.offsetLeft, over.offsetTop, over.offsetWidth, over.offsetHeight];
    const context = canvas.getContext('2d') as CanvasRenderingContext2D;
    const { data } = context.getImageData(left + width - 3, top, 1, height);
    const isDrawn = (y: number): boolean => {
      const [red = 0, green = 0, blue = 0, alpha = 0] = data.slice(y * 4, y * 4 + 4);
      return alpha > 200 && Math.abs(red - 10) < 12 && Math.abs(green - 108) < 12 && Math.abs(blue - 156) < 12;
    };
    return Array.from({ length: height }, (_, y) => y)
      .filter(isDrawn)
      .map((y) => 1 - y / height);
  });
}
