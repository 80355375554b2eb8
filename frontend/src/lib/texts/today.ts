/** The words of the screen Today. */
export const today = {
  title: 'Today',
};
