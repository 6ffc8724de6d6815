/** Whether a text such as 2027-02-30 is a day that the calendar has. */
export const isCalendarDay = (day: string): boolean => new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) === true;
