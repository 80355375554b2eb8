/** The words of the screen Trends. */
export const trends = {
  title: 'Trends',
};
